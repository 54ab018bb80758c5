/** What a call does once in its life, by key: a handler of one run, such as a legacy call, needs no more than this memory. */
export class DoneOnce {
  private readonly results = new Map<string, Promise<unknown>>();

  /** Runs `work` the first time; later the same result. */
  run<T>(key: string, work: () => T | Promise<T>): Promise<T> {
    let result = this.results.get(key) as Promise<T> | undefined;
    if (!result) {
      result = (async () => work())();
      this.results.set(key, result);
    }
    return result;
  }
}
