import { REQUEST_CONTEXT_ID } from '@nestjs/core/router/request/request-constants.js';
import type { RoutePart } from './parameter.route.js';

/** Which part of a route's request each key of the input belongs to. */
export interface InputMapping {
  readonly params: ReadonlySet<string>;
  readonly query: ReadonlySet<string>;
  readonly body: ReadonlySet<string>;
  /** Where other keys go. */
  readonly rest: RoutePart;
}

/**
 * The request that guards, interceptors and `@Req()` see in the call of a route method: the real one, except that `params`,
 * `query` and `body` are the call's input. Whatever is written on it stays with the call, and so does its DI context.
 */
export function createRequestView(request: object, input: unknown, mapping: InputMapping): object {
  const entries = Object.entries((input ?? {}) as Record<string, unknown>);
  const claimed = (key: string): boolean =>
    mapping.params.has(key) || mapping.query.has(key) || mapping.body.has(key);
  const partOf = (part: RoutePart): [string, unknown][] =>
    entries.filter(([key]) => mapping[part].has(key) || (mapping.rest === part && !claimed(key)));
  return Object.create(request, {
    params: own(asTexts(partOf('params'))),
    query: own(asTexts(partOf('query'))),
    body: own(Object.fromEntries(partOf('body'))),
    rawBody: own(undefined),
    [REQUEST_CONTEXT_ID]: { ...own(undefined), enumerable: false },
  }) as object;
}

function own(value: unknown): PropertyDescriptor {
  return { value, writable: true, enumerable: true, configurable: true };
}

/** A URL holds texts: a guard that compares `params.id` with one must not meet a number. */
function asTexts(entries: readonly [string, unknown][]): Record<string, unknown> {
  return Object.fromEntries(
    entries.flatMap(([key, value]) =>
      value === undefined || value === null ? [] : [[key, asText(value)]],
    ),
  );
}

function asText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asText);
  if (typeof value === 'object' && value !== null) return asTexts(Object.entries(value));
  return String(value);
}
