import type { Client } from '@modelcontextprotocol/client';
import { useCallback, useEffect, useState } from 'preact/hooks';
import {
  inspectMethod,
  type InspectedPrimitive,
  type InspectedSession,
  type Inspection,
} from '../../mcp/src/inspector/inspection.js';
import { anything } from '../connection/anything.js';
import { DataTable } from '../results/data-table.js';
import { client, offer } from '../state/inspector.js';

/** The sessions that this caller may see, and the primitives that it sees among all those of the server. */
export function ServerView() {
  const [inspection, setInspection] = useState<Inspection | undefined>();
  const [problem, setProblem] = useState('');
  const connected = client.value;
  const look = useCallback((): void => {
    if (!connected) return;
    setProblem('');
    inspect(connected).then(setInspection, (error: Error) => setProblem(error.message));
  }, [connected]);
  useEffect(look, [look]);
  return (
    <article>
      <h2>Sessions and access</h2>
      <div class="row">
        <button type="button" onClick={look}>
          Look again
        </button>
      </div>
      {problem === '' ? null : (
        <p class="banner bad" role="alert">
          {problem}
        </p>
      )}
      <h3>Sessions</h3>
      {inspection ? <SessionsTable sessions={inspection.sessions} /> : null}
      <h3>What this token sees</h3>
      {inspection?.primitives ? (
        <AccessTable primitives={inspection.primitives} />
      ) : (
        <p class="empty">
          The list at the side is what this token sees. Everything that the server has is shown to
          callers with the scope that <code>McpInspectorModule</code> names as <code>scope</code>.
        </p>
      )}
    </article>
  );
}

function SessionsTable({ sessions }: { readonly sessions: readonly InspectedSession[] }) {
  if (sessions.length === 0) {
    return (
      <p class="empty">
        None. The modern era has no sessions; clients of the legacy era open one each.
      </p>
    );
  }
  const own = client.value?.transport?.sessionId?.slice(0, 8);
  return (
    <DataTable
      label="Sessions"
      head={['id', 'owner', 'client', 'revision', 'open for', 'calls', 'watches']}
    >
      {sessions.map(({ id, owner, client: by, protocolVersion, age, calls, subscriptions }) => (
        <tr key={id}>
          <td>
            <code>{id}…</code> {id === own ? '(this tab)' : ''}
          </td>
          <td>{owner ?? 'anonymous'}</td>
          <td>{by ? `${by.name} ${by.version}` : ''}</td>
          <td>{protocolVersion ?? ''}</td>
          <td>{Math.round(age / 1_000)} s</td>
          <td>{calls}</td>
          <td>{subscriptions.join(', ')}</td>
        </tr>
      ))}
    </DataTable>
  );
}

function AccessTable({ primitives }: { readonly primitives: readonly InspectedPrimitive[] }) {
  const { tools, resources, templates, prompts } = offer.value;
  const seen = new Set([
    ...tools.map(({ name }) => `tool ${name}`),
    ...resources.map(({ uri }) => `resource ${uri}`),
    ...templates.map(({ uriTemplate }) => `resource ${uriTemplate}`),
    ...prompts.map(({ name }) => `prompt ${name}`),
  ]);
  return (
    <DataTable label="What this token sees" head={['kind', 'name', 'method', 'scopes', 'seen']}>
      {primitives.map(({ kind, name, where, scopes }) => (
        <tr key={`${kind} ${name}`}>
          <td>{kind}</td>
          <td>
            <code>{name}</code>
          </td>
          <td>{where}</td>
          <td>{scopes.join(' ')}</td>
          <td>{seen.has(`${kind} ${name}`) ? 'yes' : 'no'}</td>
        </tr>
      ))}
    </DataTable>
  );
}

async function inspect(connected: Client): Promise<Inspection> {
  const request = { method: inspectMethod, params: {} };
  return (await connected.request(request as never, anything)) as Inspection;
}
