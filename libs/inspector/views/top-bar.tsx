import { useState } from 'preact/hooks';
import { ways, waysOf, type Way } from '../connection/connect.js';
import { page, reconnect, server, status, way } from '../state/inspector.js';
import { linkTo, route } from '../state/route.js';
import { chosenWay, serverName, token } from '../state/settings.js';

const views: readonly (readonly [view: string, title: string])[] = [
  ['wire', 'Wire log'],
  ['news', 'Notifications'],
  ['server', 'Sessions and access'],
  ['connect', 'Connect your client'],
];

/** The selection of server, way to connect, and token. */
export function TopBar() {
  const [entered, setEntered] = useState(token.value);
  const shown = server.value;
  return (
    <header>
      <h1>{shown ? (shown.title ?? shown.name) : 'MCP inspector'}</h1>
      <StatusView />
      <div class="settings">
        {(page.value?.servers.length ?? 0) > 1 ? (
          <select
            aria-label="Server"
            value={shown?.name}
            onChange={(event) => {
              serverName.value = event.currentTarget.value;
              void reconnect();
            }}
          >
            {page.value?.servers.map(({ name, title }) => (
              <option key={name} value={name}>
                {title ?? name}
              </option>
            ))}
          </select>
        ) : null}
        <select
          aria-label="Transport and revision"
          value={way.value}
          onChange={(event) => {
            chosenWay.value = event.currentTarget.value as Way;
            void reconnect();
          }}
        >
          {(shown ? waysOf(shown) : []).map((one) => (
            <option key={one} value={one}>
              {ways[one]}
            </option>
          ))}
        </select>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            token.value = entered.trim();
            void reconnect();
          }}
        >
          <input
            type="password"
            aria-label="Bearer token, kept for this tab only"
            placeholder="Bearer token"
            autocomplete="off"
            value={entered}
            onInput={(event) => setEntered(event.currentTarget.value)}
          />
          <button type="submit">Connect</button>
        </form>
      </div>
      <nav aria-label="Views" class="views">
        {views.map(([view, title]) => (
          <a
            key={view}
            href={linkTo(view)}
            aria-current={route.value.view === view ? 'page' : undefined}
          >
            {title}
          </a>
        ))}
      </nav>
    </header>
  );
}

function StatusView() {
  const { kind } = status.value;
  return (
    <span class={`status ${kind}`} role="status">
      {kind}
    </span>
  );
}
