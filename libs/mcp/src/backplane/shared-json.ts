/** The value that a process has written as JSON; `undefined`: the text is no JSON, as what a stranger wrote under the same prefix may be. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
