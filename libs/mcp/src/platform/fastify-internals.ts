/** The classes of a Fastify application's requests and replies, which it stores under symbols of its own. */
export interface FastifyClasses {
  readonly Request: (new (...args: unknown[]) => object) | undefined;
  readonly Reply: (new (...args: never[]) => object) | undefined;
}

/** Reads the classes of a Fastify application, its decorations included. */
export function fastifySymbols(server: object): FastifyClasses {
  return {
    Request: valueUnder(server, 'fastify.Request') as FastifyClasses['Request'],
    Reply: valueUnder(server, 'fastify.Reply') as FastifyClasses['Reply'],
  };
}

function valueUnder(holder: object, description: string): unknown {
  for (let one: object | null = holder; one; one = Object.getPrototypeOf(one) as object | null) {
    const key = Object.getOwnPropertySymbols(one).find(
      (symbol) => symbol.description === description,
    );
    if (key) return (one as Record<symbol, unknown>)[key];
  }
  return undefined;
}
