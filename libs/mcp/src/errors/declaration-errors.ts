import { McpConfigurationError } from './configuration.error.js';

/** Collects what is declared wrongly, so that a developer reads all of it at one boot. */
export class DeclarationErrors {
  private readonly found = new Map<string, McpConfigurationError>();

  /** Runs a step of the boot; `undefined` where it found something declared wrongly. Any other error goes on. */
  async attempt<T>(step: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await step();
    } catch (error) {
      this.add(error);
      return undefined;
    }
  }

  /** The same for a step that does not wait. */
  attemptNow<T>(step: () => T): T | undefined {
    try {
      return step();
    } catch (error) {
      this.add(error);
      return undefined;
    }
  }

  /** Adds one, or all that it stands for, each once. What is no `McpConfigurationError` is thrown. */
  add(error: unknown): void {
    if (!(error instanceof McpConfigurationError)) throw error;
    for (const one of error.errors) this.add(one);
    if (error.errors.length === 0) this.found.set(error.message, error);
  }

  get size(): number {
    return this.found.size;
  }

  /** Throws the one error, or one that lists all of them; nothing where there is none. */
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
