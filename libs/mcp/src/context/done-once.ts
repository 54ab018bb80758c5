/**
 * Runs work once in a call, by key. This memory suffices for a handler that runs only once, such as that of a legacy
 * call.
 */
export class DoneOnce {
  private readonly results = new Map<string, Promise<unknown>>();

  /** Runs `work` the first time. Later calls with the same key return the same result. */
  run<T>(key: string, work: () => T | Promise<T>): Promise<T> {
    let result = this.results.get(key) as Promise<T> | undefined;
    if (!result) {
      result = (async () => work())();
      this.results.set(key, result);
    }
    return result;
  }
}
