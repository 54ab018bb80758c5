/**
 * Parses a value that a process has written; `undefined` if it is not JSON, as foreign data under the same prefix may
 * not be.
 */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
