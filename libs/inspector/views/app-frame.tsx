import { useEffect, useRef, useState } from 'preact/hooks';
import { pageUrl } from '../connection/connect.js';
import { client } from '../state/inspector.js';

type Fields = Readonly<Record<string, unknown>>;

/** The revision of MCP Apps that the frame supports. */
const revision = '2026-01-26';

/** A message of the page in the frame. */
interface Asked extends Fields {
  readonly frame?: unknown;
  readonly id?: unknown;
  readonly method?: unknown;
  readonly params?: { readonly height?: unknown };
}

/**
 * Shows a page of an MCP App with the result of a call. It runs in a separate origin and cannot access any host; the
 * only data that it can request are its input and its result.
 */
export function AppFrame({
  uri,
  input,
  result,
}: {
  readonly uri: string;
  readonly input: unknown;
  readonly result: Fields;
}) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [problem, setProblem] = useState('');
  const [height, setHeight] = useState(240);

  useEffect(() => {
    const send = (message: object): void =>
      frame.current?.contentWindow?.postMessage({ jsonrpc: '2.0', ...message }, '*');
    const listener = ({ source, data }: MessageEvent<Asked | null>): void => {
      if (source !== frame.current?.contentWindow || typeof data !== 'object' || data === null)
        return;
      if (data.frame === 'ready') {
        readPage(uri)
          .then((html) => frame.current?.contentWindow?.postMessage({ html }, '*'))
          .catch((error: Error) => setProblem(error.message));
      } else if (data.method === 'ui/initialize') {
        send({
          id: data.id,
          result: {
            protocolVersion: revision,
            hostInfo: { name: 'nestjs-mcp-inspector', version: '1.0.0' },
            hostCapabilities: {},
            hostContext: {},
          },
        });
      } else if (data.method === 'ui/notifications/initialized') {
        send({ method: 'ui/notifications/tool-input', params: { arguments: input } });
        send({ method: 'ui/notifications/tool-result', params: result });
      } else if (data.method === 'ui/notifications/size-changed') {
        const wanted = Number(data.params?.height);
        if (wanted > 0) setHeight(Math.min(800, wanted));
      } else if (data.id !== undefined) {
        send({ id: data.id, error: { code: -32601, message: 'The inspector does not do this.' } });
      }
    };
    addEventListener('message', listener);
    return () => removeEventListener('message', listener);
  }, [uri, input, result]);

  return (
    <section aria-label="View of the app">
      <h3>View</h3>
      {problem === '' ? null : <p class="banner bad">{problem}</p>}
      <iframe
        ref={frame}
        title={`View ${uri}`}
        sandbox="allow-scripts"
        src={new URL('frame.html', pageUrl).href}
        height={height}
      />
    </section>
  );
}

async function readPage(uri: string): Promise<string> {
  const { contents } = (await client.value?.readResource({ uri })) ?? { contents: [] };
  const [first] = contents as { text?: string }[];
  if (first?.text === undefined) throw new Error(`The resource ${uri} has no text.`);
  return first.text;
}
