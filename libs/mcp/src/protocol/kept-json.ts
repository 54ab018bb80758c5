import type { Message, MessageId } from './json-rpc.js';

/** The fields of list results (specification, server features). */
const keys = ['tools', 'resources', 'resourceTemplates', 'prompts', 'skills'] as const;

const texts = new WeakMap<object, string>();

/**
 * Caches the JSON of a definition, or of a whole list of them, from its first use on. It must not change from here on.
 */
export function keepJson<T extends object>(value: T): T {
  texts.set(value, '');
  return value;
}

/** Whether the JSON of a value is cached. */
export function isKept(value: unknown): boolean {
  return typeof value === 'object' && value !== null && texts.has(value);
}

/** Serialises a message, with the cached JSON of the definitions in a list. */
export function toJson(message: Message): string {
  const { result } = message as { result?: Record<string, unknown> };
  if (result !== undefined) {
    for (const key of keys) {
      const items = result[key];
      if (Array.isArray(items) && items.length > 0 && (isKept(items) || items.every(isKept))) {
        return writeList(message as { id: MessageId; result: object }, key, items);
      }
    }
  }
  return JSON.stringify(message);
}

function writeList(
  { id, result }: { id: MessageId; result: object },
  key: string,
  items: readonly object[],
): string {
  const rest = JSON.stringify({ ...result, [key]: undefined });
  const more = rest === '{}' ? '' : `,${rest.slice(1, -1)}`;
  const list = isKept(items) ? textOf(items) : `[${items.map(textOf).join(',')}]`;
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"${key}":${list}${more}}}`;
}

function textOf(item: object): string {
  const known = texts.get(item);
  if (known) return known;
  const text = JSON.stringify(item);
  texts.set(item, text);
  return text;
}
