/** One call on its way through the middleware of its route. */
export interface MiddlewareCall {
  /** The middleware that has run for the request by which the call came. */
  readonly ran: ReadonlySet<object>;
  /** What a middleware threw before Nest's filters answered it. */
  thrown?: unknown;
}

const ranFor = new WeakMap<object, Set<object>>();
const calls = new WeakMap<object, MiddlewareCall>();
const none: ReadonlySet<object> = new Set();

/** Begins the way of a call; `view` is the request that middleware sees, whose prototype is the real one. */
export function beginCall(view: object): MiddlewareCall {
  const real = Object.getPrototypeOf(view) as object;
  const call = { ran: ranFor.get(real) ?? none };
  calls.set(view, call);
  return call;
}

/** Runs one middleware; for a call, unless it has run for the request by which that came. */
export function runOnce(
  identity: object,
  request: object,
  next: () => unknown,
  run: () => unknown,
): unknown {
  const call = calls.get(request);
  if (!call) {
    const ran = ranFor.get(request);
    if (ran) ran.add(identity);
    else ranFor.set(request, new Set([identity]));
    return run();
  }
  if (call.ran.has(identity)) return next();
  return remembering(call, run);
}

function remembering(call: MiddlewareCall, run: () => unknown): unknown {
  const remember = (error: unknown): never => {
    call.thrown = error;
    throw error;
  };
  try {
    const result = run();
    return result instanceof Promise ? result.catch(remember) : result;
  } catch (error) {
    return remember(error);
  }
}
