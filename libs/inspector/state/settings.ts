import { effect, signal } from '@preact/signals';
import type { Way } from '../connection/connect.js';

/**
 * The selected server; '' means the first. A name in the URL, as in `?server=shop`, takes precedence over the last
 * visit.
 */
export const serverName = signal(
  new URLSearchParams(location.search).get('server') ?? read(localStorage, 'server'),
);
/** The selected way to connect to it; '' means the first that it supports. */
export const chosenWay = signal(read(localStorage, 'way') as Way | '');
/** The bearer token. It is stored for this tab only, and sent to the servers of the page only. */
export const token = signal(read(sessionStorage, 'token'));

effect(() => write(localStorage, 'server', serverName.value));
effect(() => write(localStorage, 'way', chosenWay.value));
effect(() => write(sessionStorage, 'token', token.value));

/** The last input of a primitive, as JSON text; '' if there is none. */
export function rememberedInput(server: string, primitive: string): string {
  return read(localStorage, `input ${server} ${primitive}`);
}

/** Stores an input for the next visit. */
export function rememberInput(server: string, primitive: string, json: string): void {
  write(localStorage, `input ${server} ${primitive}`, json);
}

function read(storage: Storage, key: string): string {
  return storage.getItem(`nestjs-mcp-inspector ${key}`) ?? '';
}

function write(storage: Storage, key: string, value: string): void {
  const name = `nestjs-mcp-inspector ${key}`;
  try {
    if (value === '') storage.removeItem(name);
    else storage.setItem(name, value);
  } catch {
    // The page works without storage, for example when it is full.
  }
}
