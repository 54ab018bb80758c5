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

/** A client may send anything: what is no text is not there. */
const getter: TextMapGetter<Meta> = {
  get: (meta, key) => {
    const value = Object.hasOwn(meta, key) ? meta[key] : undefined;
    return typeof value === 'string' ? value : undefined;
  },
  keys: (meta) => Object.keys(meta),
};

/** Where the span of a message belongs. */
export interface Placement {
  readonly parent: Context;
  readonly links: Link[];
}

/**
 * The parent is the span of the client, as `_meta` names it; the span of the HTTP request becomes a link. Without one of the
 * client, the span of the HTTP request is the parent. The client's baggage is not taken into the context: whatever the handler
 * calls would receive it.
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

/** What a question carries as `_meta`: its span as parent, and of baggage only the client's own. `undefined`: nothing is propagated. */
export function toMeta(span: Context, meta: Meta): Readonly<Record<string, string>> | undefined {
  const carrier: Record<string, string> = {};
  propagation.inject(propagation.deleteBaggage(span), carrier);
  if (Object.keys(carrier).length === 0) return undefined;
  const { baggage } = meta;
  return typeof baggage === 'string' ? { ...carrier, baggage } : carrier;
}
