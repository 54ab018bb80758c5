import { brand } from './package-brand.js';

/**
 * Stops the boot because of a wrong declaration. The message contains `Class.method` and the remedy. If there are
 * several errors, one error lists them all.
 */
export class McpConfigurationError extends Error {
  static {
    brand(this, 'McpConfigurationError');
  }

  override readonly name = 'McpConfigurationError';

  /** The errors that this one lists; absent if it is the only one, because Node would print an empty list. */
  declare readonly errors?: readonly McpConfigurationError[];

  /** `where` is `Class.method` (or an option); `mend` is the remedy; `errors` are those that it lists. */
  constructor(
    where: string,
    problem: string,
    mend: string,
    errors: readonly McpConfigurationError[] = [],
  ) {
    super(`${where}: ${problem} ${mend}`);
    if (errors.length > 0) this.errors = errors;
  }
}
