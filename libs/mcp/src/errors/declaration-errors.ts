import { McpConfigurationError } from './configuration.error.js';

/** Collects wrong declarations, so that a developer sees all of them in one boot. */
export class DeclarationErrors {
  private readonly found = new Map<string, McpConfigurationError>();

  /** Runs a step of the boot; `undefined` if it found a wrong declaration. Other errors are rethrown. */
  async attempt<T>(step: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await step();
    } catch (error) {
      this.add(error);
      return undefined;
    }
  }

  /** The same for a synchronous step. */
  attemptNow<T>(step: () => T): T | undefined {
    try {
      return step();
    } catch (error) {
      this.add(error);
      return undefined;
    }
  }

  /** Adds an error, or all errors that it lists, each once. Throws errors of other classes. */
  add(error: unknown): void {
    if (!(error instanceof McpConfigurationError)) throw error;
    const { errors = [] } = error;
    for (const one of errors) this.add(one);
    if (errors.length === 0) this.found.set(error.message, error);
  }

  get size(): number {
    return this.found.size;
  }

  /** Throws the only error, or one that lists all of them. Does nothing if there is none. */
  throwAll(): void {
    const errors = [...this.found.values()];
    const [first, ...others] = errors;
    if (!first) return;
    if (others.length === 0) throw first;
    const lines = errors.map(({ message }) => `\n- ${message}`);
    throw new McpConfigurationError(
      'McpModule',
      `${errors.length} declarations are wrong.`,
      `Mend each of them:${lines.join('')}`,
      errors,
    );
  }
}
