import {
  context,
  propagation,
  ROOT_CONTEXT,
  trace,
  type Context,
  type Link,
  type TextMapGetter,
} from '@opentelemetry/api';

type Meta = Readonly<Record<string, unknown>>;

/** Reads `_meta` as a carrier. A client may send any value; only strings count. */
const getter: TextMapGetter<Meta> = {
  get: (meta, key) => {
    const value = Object.hasOwn(meta, key) ? meta[key] : undefined;
    return typeof value === 'string' ? value : undefined;
  },
  keys: (meta) => Object.keys(meta),
};

/** The parent and the links of a message's span. */
export interface Placement {
  readonly parent: Context;
  readonly links: Link[];
}

/**
 * The parent is the span of the client, as identified by `_meta`; the span of the HTTP request becomes a link. If the
 * client sent none, the span of the HTTP request is the parent. The client's baggage is not taken into the context: it
 * would reach every service that the handler calls.
 */
export function placeSpan(meta: Meta): Placement {
  const ambient = context.active();
  const remote = trace.getSpanContext(propagation.extract(ROOT_CONTEXT, meta, getter));
  if (!remote) return { parent: ambient, links: [] };
  const outer = trace.getSpanContext(ambient);
  return {
    parent: trace.setSpanContext(ambient, remote),
    links: outer ? [{ context: outer }] : [],
  };
}

/**
 * The `_meta` of a question: its span as parent, and only the client's own baggage. `undefined` if nothing is
 * propagated.
 */
export function toMeta(span: Context, meta: Meta): Readonly<Record<string, string>> | undefined {
  const carrier: Record<string, string> = {};
  propagation.inject(propagation.deleteBaggage(span), carrier);
  if (Object.keys(carrier).length === 0) return undefined;
  const { baggage } = meta;
  return typeof baggage === 'string' ? { ...carrier, baggage } : carrier;
}
