type Meta = Readonly<Record<string, unknown>>;

const keys = ['traceparent', 'tracestate', 'baggage'] as const;

/** The W3C trace context in the metadata of a request (SEP-414); `undefined` if there is none. */
export function traceContextOf(meta: Meta): Readonly<Record<string, string>> | undefined {
  if (traceIdOf(meta) === undefined) return undefined;
  const found: Record<string, string> = {};
  for (const key of keys) {
    const value = meta[key];
    if (typeof value === 'string') found[key] = value;
  }
  return found;
}

/** The trace id in the metadata of a request: 32 hexadecimal digits. */
export function traceIdOf({ traceparent }: Meta): string | undefined {
  if (typeof traceparent !== 'string') return undefined;
  return /^[\da-f]{2}-((?!0{32})[\da-f]{32})-[\da-f]{16}-[\da-f]{2}(-|$)/.exec(traceparent)?.[1];
}
