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

  /**
   * `where` is `Class.method` (or an option); `mend` is the remedy; `errors` are the errors that it lists, if there are
   * several.
   */
  constructor(
    where: string,
    problem: string,
    mend: string,
    readonly errors: readonly McpConfigurationError[] = [],
  ) {
    super(`${where}: ${problem} ${mend}`);
  }
}
