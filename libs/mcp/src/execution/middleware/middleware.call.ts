/** A call that passes through the middleware of its route. */
export interface MiddlewareCall {
  /** The middleware that has already run for the request that carried the call. */
  readonly ran: ReadonlySet<object>;
  /** The error of a middleware before Nest's filters handled it. */
  thrown?: unknown;
}

const ranFor = new WeakMap<object, Set<object>>();
const calls = new WeakMap<object, MiddlewareCall>();
const none: ReadonlySet<object> = new Set();

/** Starts a call; `view` is the request that middleware sees, whose prototype is the real one. */
export function beginCall(view: object): MiddlewareCall {
  const real = Object.getPrototypeOf(view) as object;
  const call = { ran: ranFor.get(real) ?? none };
  calls.set(view, call);
  return call;
}

/** Runs one middleware. For a call, it is skipped if it has already run for the request that carried the call. */
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
