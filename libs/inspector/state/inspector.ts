import type { Client } from '@modelcontextprotocol/client';
import { computed, signal } from '@preact/signals';
import type { InspectorPage } from '../../mcp/src/inspector/inspector-page.js';
import { connect, pageUrl, urlOf, waysOf } from '../connection/connect.js';
import { noOffer, readOffer, type Offer } from '../connection/offer.js';
import { dropQuestions } from '../connection/questions.js';
import { notified, watchLists } from './news.js';
import { chosenWay, serverName, token } from './settings.js';

/** The state of the connection, and the user's options in that state. */
export type Status =
  | { readonly kind: 'connecting' | 'connected' | 'offline' }
  | { readonly kind: 'refused'; readonly message: string };

/** The initial data of the page; `undefined` until it is loaded. */
export const page = signal<InspectorPage | undefined>(undefined);
export const status = signal<Status>({ kind: 'connecting' });
export const client = signal<Client | undefined>(undefined);
export const offer = signal<Offer>(noOffer);

/** The selected server. */
export const server = computed(() => {
  const servers = page.value?.servers ?? [];
  return servers.find(({ name }) => name === serverName.value) ?? servers[0];
});

/** The selected way to connect to it. */
export const way = computed(() => {
  const ways = server.value ? waysOf(server.value) : [];
  return ways.find((one) => one === chosenWay.value) ?? ways[0];
});

/** The era of that way. */
export const era = computed(() => (way.value === 'modern' ? 'modern' : 'legacy'));

/** The URL of the server for the page. */
export const serverUrl = computed(() =>
  page.value && server.value && way.value ? urlOf(page.value, server.value, way.value) : undefined,
);

/** Interval in ms between two checks whether the application has been restarted. */
const interval = 1_500;

let attempt = 0;

/** Loads the initial data, connects, and reconnects whenever the application was unreachable. */
export async function start(): Promise<void> {
  for (;;) {
    const told = await look();
    if (told === undefined) {
      if (page.value) status.value = { kind: 'offline' };
      dropQuestions();
    } else if (told.run !== page.value?.run || status.value.kind === 'offline') {
      page.value = told;
      await reconnect();
    }
    await new Promise((resolve) => {
      setTimeout(resolve, interval);
    });
  }
}

/** Connects to the selected server in the selected way with the token. */
export async function reconnect(): Promise<void> {
  attempt += 1;
  const own = attempt;
  const old = client.value;
  client.value = undefined;
  status.value = { kind: 'connecting' };
  dropQuestions();
  await old?.close().catch(() => undefined);
  const [to, by, url] = [server.value, way.value, serverUrl.value];
  if (to === undefined || by === undefined || url === undefined) {
    const message = 'This server has no HTTP transport. Add streamableHttp() to its transports.';
    status.value = { kind: 'refused', message };
    return;
  }
  try {
    const connected = await connect(
      to,
      { way: by, url, token: token.value },
      { notified, failed: () => undefined },
    );
    if (own !== attempt) {
      await connected.close();
      return;
    }
    client.value = connected;
    await refresh();
    if (own !== attempt) return;
    status.value = { kind: 'connected' };
    await watchLists(connected, era.value, refresh);
  } catch (error) {
    if (own !== attempt) return;
    offer.value = noOffer;
    status.value = { kind: 'refused', message: explain(error) };
  }
}

/** Reads the lists again. */
export async function refresh(): Promise<void> {
  if (client.value) offer.value = await readOffer(client.value);
}

async function look(): Promise<InspectorPage | undefined> {
  try {
    const response = await fetch(new URL('servers.json', pageUrl), { cache: 'no-store' });
    return response.ok ? ((await response.json()) as InspectorPage) : undefined;
  } catch {
    return undefined;
  }
}

function explain(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  if (/unauthori[sz]ed|\b401\b/i.test(text)) {
    return token.value === ''
      ? 'The server wants a bearer token. Enter one in the field at the top.'
      : 'The server does not take this token. Enter another one in the field at the top.';
  }
  return text;
}
