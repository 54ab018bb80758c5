import type { Client, McpSubscription } from '@modelcontextprotocol/client';
import { signal } from '@preact/signals';

/** A notification of the server. */
export interface News {
  readonly at: number;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** What the server has sent unasked, the newest first. */
export const news = signal<readonly News[]>([]);
/** URIs of the resources that this tab watches. */
export const watched = signal<ReadonlySet<string>>(new Set());

const listeners = new Set<(one: News) => void>();
let lists: (() => Promise<void>) | undefined;
/** The stream of the modern era that carries the news; a change of what is watched opens another one. */
let stream: McpSubscription | undefined;

/** Takes a notification in. */
export function notified(method: string, params: Readonly<Record<string, unknown>>): void {
  const one = { at: Date.now(), method, params };
  news.value = [one, ...news.value].slice(0, 200);
  for (const listener of listeners) listener(one);
  if (method.endsWith('/list_changed')) void lists?.().catch(() => undefined);
}

/** Calls the listener for each notification until the return is called. */
export function onNews(listener: (one: News) => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Keeps the lists up to date, and goes on watching what was watched before. */
export async function watchLists(
  client: Client,
  era: 'legacy' | 'modern',
  refresh: () => Promise<void>,
): Promise<void> {
  lists = refresh;
  stream = undefined;
  if (era === 'modern') await listen(client);
  else for (const uri of watched.value) await client.subscribeResource({ uri });
}

/** Begins or ends to watch a resource. */
export async function watch(
  client: Client,
  era: 'legacy' | 'modern',
  uri: string,
  on: boolean,
): Promise<void> {
  const uris = new Set(watched.value);
  if (on) uris.add(uri);
  else uris.delete(uri);
  if (era === 'legacy') {
    await (on ? client.subscribeResource({ uri }) : client.unsubscribeResource({ uri }));
    watched.value = uris;
    return;
  }
  watched.value = uris;
  await listen(client);
}

async function listen(client: Client): Promise<void> {
  const old = stream;
  const has = client.getServerCapabilities() ?? {};
  stream = await client.listen({
    ...(has.tools?.listChanged && { toolsListChanged: true }),
    ...(has.resources?.listChanged && { resourcesListChanged: true }),
    ...(has.prompts?.listChanged && { promptsListChanged: true }),
    ...(watched.value.size > 0 && { resourceSubscriptions: [...watched.value] }),
  });
  await old?.close();
}
