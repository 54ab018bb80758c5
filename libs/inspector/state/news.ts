import type { Client, McpSubscription } from '@modelcontextprotocol/client';
import { signal } from '@preact/signals';

/** A notification of the server. */
export interface News {
  readonly at: number;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** The notifications of the server that belong to no call, the newest first. */
export const news = signal<readonly News[]>([]);
/** URIs of the resources that this tab has subscribed to. */
export const watched = signal<ReadonlySet<string>>(new Set());

const listeners = new Set<(one: News) => void>();
let lists: (() => Promise<void>) | undefined;
/** The modern era's stream of notifications; a change of the subscriptions opens a new one. */
let stream: McpSubscription | undefined;

/** Adds a notification. */
export function notified(method: string, params: Readonly<Record<string, unknown>>): void {
  const one = { at: Date.now(), method, params };
  news.value = [one, ...news.value].slice(0, 200);
  for (const listener of listeners) listener(one);
  if (method.endsWith('/list_changed')) void lists?.().catch(() => undefined);
}

/** Calls the listener for each notification until the returned function is called. */
export function onNews(listener: (one: News) => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Runs changes of the subscriptions one after the other: each starts from the result of the one before. */
let changes: Promise<void> = Promise.resolve();

/** Keeps the lists up to date, and restores the subscriptions. */
export async function watchLists(
  client: Client,
  era: 'legacy' | 'modern',
  refresh: () => Promise<void>,
): Promise<void> {
  lists = refresh;
  stream = undefined;
  if (era === 'modern') await inTurn(() => listen(client, watched.value));
  else for (const uri of watched.value) await client.subscribeResource({ uri });
}

/** Subscribes to a resource or unsubscribes from it; `watched` changes once the server has confirmed it. */
export function watch(
  client: Client,
  era: 'legacy' | 'modern',
  uri: string,
  on: boolean,
): Promise<void> {
  return inTurn(async () => {
    const uris = new Set(watched.value);
    if (on) uris.add(uri);
    else uris.delete(uri);
    if (era === 'modern') await listen(client, uris);
    else await (on ? client.subscribeResource({ uri }) : client.unsubscribeResource({ uri }));
    watched.value = uris;
  });
}

function inTurn(change: () => Promise<void>): Promise<void> {
  const own = changes.then(change);
  changes = own.catch(() => undefined);
  return own;
}

async function listen(client: Client, uris: ReadonlySet<string>): Promise<void> {
  const old = stream;
  const has = client.getServerCapabilities() ?? {};
  stream = await client.listen({
    ...(has.tools?.listChanged && { toolsListChanged: true }),
    ...(has.resources?.listChanged && { resourcesListChanged: true }),
    ...(has.prompts?.listChanged && { promptsListChanged: true }),
    ...(uris.size > 0 && { resourceSubscriptions: [...uris] }),
  });
  await old?.close();
}
