import { computed, signal } from '@preact/signals';
import { offer } from '../state/inspector.js';
import { goTo, linkTo, route } from '../state/route.js';
import { useSearchKey } from './keys.js';

interface Listed {
  readonly view: string;
  /** The name or URI. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
}

const wanted = signal('');

const groups = computed(() => {
  const { tools, resources, templates, prompts } = offer.value;
  const all: [string, Listed[]][] = [
    ['Tools', tools.map((one) => toListed('tools', one.name, one))],
    ['Resources', resources.map((one) => toListed('resources', one.uri ?? '', one))],
    ['Templates', templates.map((one) => toListed('templates', one.uriTemplate ?? '', one))],
    ['Prompts', prompts.map((one) => toListed('prompts', one.name, one))],
  ];
  const words = wanted.value.toLowerCase().split(/\s+/);
  return all.map(([title, listed]) => ({
    title,
    all: listed.length,
    found: listed.filter((one) => {
      const text = `${one.name} ${one.title} ${one.description}`.toLowerCase();
      return words.every((word) => text.includes(word));
    }),
  }));
});

/** All primitives that the caller sees, with a search over names, titles and descriptions. */
export function PrimitiveList() {
  useSearchKey();
  const shown = groups.value.filter(({ all }) => all > 0);
  const found = shown.flatMap((group) => group.found);
  return (
    <nav aria-label="What the server offers" onKeyDown={moveWithArrows}>
      <input
        id="search"
        type="search"
        aria-label="Search in tools, resources, templates and prompts"
        placeholder="Search (press /)"
        value={wanted.value}
        onInput={(event) => {
          wanted.value = event.currentTarget.value;
        }}
        onKeyDown={(event) => {
          const [first] = found;
          if (event.key === 'Enter' && !event.ctrlKey && first) goTo(first.view, first.name);
        }}
      />
      {shown.length === 0 ? (
        <p class="empty">
          This caller sees nothing. Decorate a method with <code>@McpTool()</code>, or enter a token
          that may see more.
        </p>
      ) : null}
      {shown.length > 0 && found.length === 0 ? (
        <p class="empty">Nothing matches “{wanted.value}”.</p>
      ) : null}
      {shown.map(({ title, all, found: listed }) =>
        listed.length === 0 ? null : (
          <section key={title} aria-label={title}>
            <h2>
              {title}{' '}
              <span class="count">
                {listed.length === all ? all : `${listed.length} of ${all}`}
              </span>
            </h2>
            <ul>
              {listed.map((one) => (
                <li key={one.name}>
                  <a
                    href={linkTo(one.view, one.name)}
                    aria-current={isShown(one) ? 'page' : undefined}
                  >
                    <span class="name">{one.title}</span>
                    <span class="hint">{firstLine(one.description)}</span>
                  </a>
                </li>
              ))}
            </ul>
          </section>
        ),
      )}
    </nav>
  );
}

function toListed(
  view: string,
  name: string,
  one: { readonly name: string; readonly title?: string; readonly description?: string },
): Listed {
  return { view, name, title: one.title ?? one.name, description: one.description ?? '' };
}

function isShown({ view, name }: Listed): boolean {
  return route.value.view === view && route.value.name === name;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

/** Moves the focus between the entries of the list with the arrow keys. */
function moveWithArrows(event: KeyboardEvent): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const nav = event.currentTarget as HTMLElement;
  const links = [...nav.querySelectorAll<HTMLElement>('#search, li a')];
  const at = links.indexOf(document.activeElement as HTMLElement);
  const next = links[at + (event.key === 'ArrowDown' ? 1 : -1)];
  if (at < 0 || !next) return;
  event.preventDefault();
  next.focus();
}
