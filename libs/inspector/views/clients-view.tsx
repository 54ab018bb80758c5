import { useState } from 'preact/hooks';
import {
  mcpClients,
  UnsupportedByClientError,
  type ClientConfiguration,
  type McpClientName,
} from '../../mcp/src/clients/client-configuration.js';
import { toConfigurationText } from '../../mcp/src/clients/configuration-text.js';
import { configureClient, defaultTokenVariable } from '../../mcp/src/clients/configure-client.js';
import type { ShownServer } from '../../mcp/src/inspector/inspector-page.js';
import { waysOf } from '../connection/connect.js';
import { page, server } from '../state/inspector.js';
import { publicUrlOf } from '../state/public-url.js';
import { CopyButton } from './wire-view.js';

/** The configuration of each client for this server. */
export function ClientsView() {
  const [sse, setSse] = useState(false);
  const [shown] = [server.value];
  if (!shown || !page.value) return null;
  const hasSse = waysOf(shown).includes('sse');
  const hasStreamable = waysOf(shown).length > (hasSse ? 1 : 0);
  return (
    <article>
      <h2>Connect your client</h2>
      <p>
        The configuration of each client for <b>{shown.title ?? shown.name}</b>. A token is never
        part of it: the client reads it from an environment variable.
      </p>
      {hasSse && hasStreamable ? (
        <label class="check">
          <input
            type="checkbox"
            checked={sse}
            onChange={(event) => setSse(event.currentTarget.checked)}
          />
          <span>Over HTTP+SSE, for clients that know nothing newer</span>
        </label>
      ) : null}
      {mcpClients.map((client) => (
        <ClientPart key={client} client={client} server={shown} overSse={sse || !hasStreamable} />
      ))}
    </article>
  );
}

function ClientPart({
  client,
  server: shown,
  overSse,
}: {
  readonly client: McpClientName;
  readonly server: ShownServer;
  readonly overSse: boolean;
}) {
  const made = configure(client, shown, overSse);
  if (typeof made === 'string') {
    return (
      <section>
        <h3>{client}</h3>
        <p class="empty">{made}</p>
      </section>
    );
  }
  const text = toConfigurationText(made);
  const { title, command, note, file } = made;
  return (
    <section>
      <h3>{title}</h3>
      <p>{file.project === undefined ? (file.user?.linux ?? '') : file.project}</p>
      <pre class="text" tabIndex={0}>
        {text}
      </pre>
      <div class="row">
        <CopyButton text={text}>Copy the configuration</CopyButton>
        {command === undefined ? null : <CopyButton text={command}>Copy the command</CopyButton>}
      </div>
      {command === undefined ? null : (
        <pre class="text" tabIndex={0}>
          {command}
        </pre>
      )}
      {note === undefined ? null : <p>{note}</p>}
    </section>
  );
}

function configure(
  client: McpClientName,
  shown: ShownServer,
  overSse: boolean,
): ClientConfiguration | string {
  try {
    return configureClient(client, {
      name: shown.name,
      transport: overSse ? 'sse' : 'streamable-http',
      url: publicUrlOf(shown, overSse ? 'sse' : 'legacy'),
      ...(shown.needsToken && { tokenVariable: defaultTokenVariable(shown.name) }),
    });
  } catch (error) {
    if (error instanceof UnsupportedByClientError) return error.message;
    throw error;
  }
}
