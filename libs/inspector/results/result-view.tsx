import { ContentView } from './content-view.js';
import { JsonTree } from './json-tree.js';
import { rowsOf, ValuesTable } from './values-table.js';

type Fields = Readonly<Record<string, unknown>>;

/** The result of a call, in every form that it has. */
export function ResultView({ result }: { readonly result: Fields }) {
  const content = (Array.isArray(result['content']) ? result['content'] : []) as Fields[];
  const contents = (Array.isArray(result['contents']) ? result['contents'] : []) as Fields[];
  const messages = (Array.isArray(result['messages']) ? result['messages'] : []) as Fields[];
  const structured = result['structuredContent'];
  const rows = rowsOf(structured);
  const isError = result['isError'] === true;
  return (
    <div class={isError ? 'result bad' : 'result'}>
      {isError ? <p class="banner bad">The tool answered with an error.</p> : null}
      {rows ? <ValuesTable rows={rows} /> : null}
      {structured === undefined ? null : <JsonTree value={structured} label="structured content" />}
      {structured === undefined || isError
        ? content.map((block, i) => <ContentView key={i} content={block} />)
        : content
            .filter(({ type }) => type !== 'text')
            .map((block, i) => <ContentView key={i} content={block} />)}
      {contents.map((one, i) => (
        <ContentView key={i} content={one} />
      ))}
      {messages.map(({ role, content: said }, i) => (
        <section key={i} class="message">
          <h3>{String(role)}</h3>
          <ContentView content={said as Fields} />
        </section>
      ))}
      <details>
        <summary>The whole result</summary>
        <JsonTree value={result} label="the whole result" />
      </details>
    </div>
  );
}
