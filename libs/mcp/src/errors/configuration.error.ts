import { brand } from './package-brand.js';

/**
 * Stops the boot: the application is declared wrongly. The message names `Class.method` and says how to mend it. Where several things
 * are wrong, one error lists them all.
 */
export class McpConfigurationError extends Error {
  static {
    brand(this, 'McpConfigurationError');
  }

  override readonly name = 'McpConfigurationError';

  /** `where` is `Class.method` (or an option); `mend` is what to write instead; `errors`: what it stands for, where that is several. */
  constructor(
    where: string,
    problem: string,
    mend: string,
    readonly errors: readonly McpConfigurationError[] = [],
  ) {
    super(`${where}: ${problem} ${mend}`);
  }
}
