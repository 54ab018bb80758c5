import { useMemo, useState } from 'preact/hooks';
import type { Resource } from '../connection/offer.js';
import { MarkdownText } from '../results/markdown.js';
import { run } from '../state/calls.js';
import { client, era, server } from '../state/inspector.js';
import { news, watch, watched } from '../state/news.js';
import { rememberedInput, rememberInput } from '../state/settings.js';
import { CallRow } from './call-row.js';
import { CallView } from './call-view.js';
import { useCallKey } from './keys.js';
import { NamedInputs } from './named-inputs.js';
import { readValues } from './prompt-view.js';
import { expandTemplate, variablesOf } from './uri-template.js';

/** A resource, or a resource template with its variables. */
export function ResourceView({ resource }: { readonly resource: Resource }) {
  const { uriTemplate } = resource;
  const of = server.value?.name ?? '';
  const primitive =
    uriTemplate === undefined ? `resources/${resource.uri ?? ''}` : `templates/${uriTemplate}`;
  const remembered = useMemo(() => readValues(rememberedInput(of, primitive)), [of, primitive]);
  const [values, setValues] = useState(remembered);
  const uri =
    uriTemplate === undefined ? (resource.uri ?? '') : expandTemplate(uriTemplate, values);
  const send = (): void => {
    if (uriTemplate !== undefined) rememberInput(of, primitive, JSON.stringify(values));
    void run(primitive, 'readResource', { uri });
  };
  useCallKey(send);
  return (
    <article>
      <h2>{resource.title ?? resource.name}</h2>
      <p class="facts">
        <code>{uriTemplate ?? uri}</code>
        {resource.mimeType === undefined ? null : <span class="tag">{resource.mimeType}</span>}
      </p>
      {resource.description ? <MarkdownText text={resource.description} /> : null}
      {uriTemplate === undefined ? null : (
        <>
          <NamedInputs
            inputs={variablesOf(uriTemplate).map((name) => ({ name }))}
            values={values}
            reference={{ type: 'ref/resource', uri: uriTemplate }}
            onChange={setValues}
          />
          <p>
            It reads <code>{uri}</code>.
          </p>
        </>
      )}
      <CallRow label="Read" onCall={send}>
        <WatchButton uri={uri} />
      </CallRow>
      <CallView primitive={primitive} />
    </article>
  );
}

/** Subscribes to a resource, and shows the number of its changes since. */
function WatchButton({ uri }: { readonly uri: string }) {
  const [problem, setProblem] = useState('');
  const connected = client.value;
  if (!connected?.getServerCapabilities()?.resources?.subscribe) return null;
  const isWatched = watched.value.has(uri);
  const changes = news.value.filter(
    ({ method, params }) => method === 'notifications/resources/updated' && params['uri'] === uri,
  ).length;
  return (
    <>
      <button
        type="button"
        aria-pressed={isWatched}
        onClick={() => {
          setProblem('');
          watch(connected, era.value, uri, !isWatched).catch((error: Error) =>
            setProblem(error.message),
          );
        }}
      >
        {isWatched ? 'Stop watching' : 'Watch'}
      </button>
      {isWatched || changes > 0 ? (
        <span role="status">
          {changes === 1 ? 'It has changed once.' : `It has changed ${changes} times.`}
        </span>
      ) : null}
      {problem === '' ? null : <span role="alert">{problem}</span>}
    </>
  );
}
