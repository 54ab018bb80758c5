import { linkTo } from '../state/route.js';
import { MarkdownText } from './markdown.js';

type Fields = Readonly<Record<string, unknown>>;

/** Only these image types are displayed; an SVG would be a document of its own. */
const drawn = /^image\/(?:png|jpe?g|gif|webp|avif|bmp)$/i;

/** Displays a content block, or the contents of a resource, by its type. */
export function ContentView({ content }: { readonly content: Fields }) {
  const { type, text, data, mimeType, resource, uri } = content;
  if (type === undefined && uri !== undefined) return <EmbeddedView resource={content} />;
  if (type === 'text') {
    return <TextView text={String(text)} mimeType={mimeType} />;
  }
  if (type === 'image') return <ImageView data={data} mimeType={mimeType} />;
  if (type === 'audio') return <AudioView data={data} mimeType={mimeType} />;
  if (type === 'resource') return <EmbeddedView resource={(resource ?? {}) as Fields} />;
  if (type === 'resource_link') {
    return (
      <p>
        <a href={linkTo('resources', String(uri))}>
          {String(content['title'] ?? content['name'] ?? uri)}
        </a>{' '}
        <code>{String(uri)}</code>
      </p>
    );
  }
  return <pre class="text">{JSON.stringify(content, undefined, 2)}</pre>;
}

function TextView({ text, mimeType }: { readonly text: string; readonly mimeType: unknown }) {
  const json = parse(text);
  if (json !== undefined) return <pre class="text">{JSON.stringify(json, undefined, 2)}</pre>;
  if (mimeType === 'text/markdown' || looksLikeMarkdown(text)) {
    return (
      <>
        <MarkdownText text={text} />
        <details>
          <summary>As plain text</summary>
          <pre class="text">{text}</pre>
        </details>
      </>
    );
  }
  return <pre class="text">{text}</pre>;
}

function ImageView({ data, mimeType }: { readonly data: unknown; readonly mimeType: unknown }) {
  if (!drawn.test(String(mimeType))) return <Download data={data} mimeType={mimeType} />;
  const source = `data:${String(mimeType)};base64,${String(data)}`;
  return <img class="shown" src={source} alt={`The tool's image (${String(mimeType)})`} />;
}

function AudioView({ data, mimeType }: { readonly data: unknown; readonly mimeType: unknown }) {
  if (!/^audio\/[\w.+-]+$/.test(String(mimeType)))
    return <Download data={data} mimeType={mimeType} />;
  return <audio controls src={`data:${String(mimeType)};base64,${String(data)}`} />;
}

function EmbeddedView({ resource }: { readonly resource: Fields }) {
  const { uri, text, blob, mimeType } = resource;
  return (
    <figure>
      <figcaption>
        <code>{String(uri)}</code> {typeof mimeType === 'string' ? mimeType : ''}
      </figcaption>
      {typeof text === 'string' ? <TextView text={text} mimeType={mimeType} /> : null}
      {typeof blob === 'string' ? <ImageView data={blob} mimeType={mimeType} /> : null}
    </figure>
  );
}

/** Offers bytes that the page does not display as a download; the browser never opens them here. */
function Download({ data, mimeType }: { readonly data: unknown; readonly mimeType: unknown }) {
  const save = (): void => {
    const bytes = Uint8Array.from(atob(String(data)), (char) => char.charCodeAt(0));
    const url = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
    const link = Object.assign(document.createElement('a'), { href: url, download: 'content.bin' });
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <button type="button" class="small" onClick={save}>
      Save {typeof mimeType === 'string' ? mimeType : 'bytes'}
    </button>
  );
}

function parse(text: string): object | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}

function looksLikeMarkdown(text: string): boolean {
  return (
    /^(?:#{1,6} \S|[-*] \S.*\n[-*] |\d+\. \S.*\n\d+\. |```|\|.+\|\s*\n\|[\s:|-]+\|)/m.test(text) ||
    /\*\*\S[^*]*\*\*|\[[^\]]+\]\(https?:/.test(text)
  );
}
