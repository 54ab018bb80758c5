import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

const link = /\[(?<text>[^\]]+)\]\((?<path>[^)#]+\.md)\)/g;

/** The sidebar, read from the pages that list the others: the guide's own order, the decisions, the API's doors. */
export function sidebar(root) {
  const guide = readFileSync(join(root, 'docs/guide/README.md'), 'utf8');
  const [learned, looked] = guide.split(/^To look up:/m);
  const inOrder = learned.split('\n').filter((line) => /^\d+\. /.test(line));
  return [
    { text: 'Guide', items: pagesIn(inOrder.join('\n'), 'docs/guide') },
    { text: 'To look up', items: pagesIn(looked, 'docs/guide') },
    { text: 'API', link: '/api/', collapsed: true, items: doors(root) },
    {
      text: 'Decisions',
      collapsed: true,
      items: pagesIn(readFileSync(join(root, 'docs/architecture.md'), 'utf8'), 'docs').filter(
        ({ link: path }) => path.startsWith('/docs/decisions/'),
      ),
    },
  ];
}

function pagesIn(markdown, folder) {
  return [...markdown.matchAll(link)].map(({ groups: { text, path } }) => ({
    text: text[0].toUpperCase() + text.slice(1),
    link: `/${posix.join(folder, path)}`.replace(/README\.md$|\.md$/, ''),
  }));
}

function doors(root) {
  const { name, exports } = JSON.parse(readFileSync(join(root, 'libs/mcp/package.json'), 'utf8'));
  return Object.keys(exports)
    .filter((door) => !door.endsWith('.json'))
    .map((door) => posix.join(name, door))
    .map((path) => ({ text: path, link: `/api/${path}/` }));
}
