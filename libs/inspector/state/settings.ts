import { effect, signal } from '@preact/signals';
import type { Way } from '../connection/connect.js';

/** The server that is shown; '': the first. An address that names one, as `?server=shop`, wins over the last visit. */
export const serverName = signal(
  new URLSearchParams(location.search).get('server') ?? read(localStorage, 'server'),
);
/** How the page speaks with it; '': the first way that it has. */
export const chosenWay = signal(read(localStorage, 'way') as Way | '');
/** The bearer token. It is kept for this tab only, and goes to the shown servers only. */
export const token = signal(read(sessionStorage, 'token'));

effect(() => write(localStorage, 'server', serverName.value));
effect(() => write(localStorage, 'way', chosenWay.value));
effect(() => write(sessionStorage, 'token', token.value));

/** The last input of a primitive, as JSON text; '' where there is none. */
export function rememberedInput(server: string, primitive: string): string {
  return read(localStorage, `input ${server} ${primitive}`);
}

/** Keeps an input for the next visit. */
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
    // A full storage forgets: the page works on without it.
  }
}
