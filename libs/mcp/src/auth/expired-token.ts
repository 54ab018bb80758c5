const expiredKey = Symbol.for('nestjs-mcp:expired-token');

/**
 * Notes that the token of this request is genuine, but has expired. The result of the verifier stays `null`: a verifier
 * that wraps this one cannot take an expired caller for a valid one.
 */
export function noteExpired(request: object): void {
  // A verifier that wraps this one may pass anything.
  if (Object.isExtensible(request)) (request as { [expiredKey]?: true })[expiredKey] = true;
}

/** Whether a verifier has noted that the token of this request has expired. */
export function isNotedExpired(request: object): boolean {
  return (request as { [expiredKey]?: true })[expiredKey] === true;
}
