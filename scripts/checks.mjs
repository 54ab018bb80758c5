/** Runs named checks one after another: one line for each, and at the end the line `N passed, M failed`. */
export class Checks {
  #passed = 0;
  #failed = 0;

  /** Resolves with what `run` gives, or with `undefined` when it failed. */
  async run(name, run) {
    try {
      const result = await run();
      this.#passed += 1;
      console.log(`ok      ${name}`);
      return result;
    } catch (error) {
      this.#failed += 1;
      console.log(`FAILED  ${name}\n${indent(error)}`);
      return undefined;
    }
  }

  summarize() {
    console.log(`${this.#passed} passed, ${this.#failed} failed`);
    if (this.#failed > 0) process.exitCode = 1;
  }
}

function indent(error) {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return text.replaceAll(/^/gm, '        ');
}
