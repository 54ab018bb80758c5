/** Stops the boot: the application is declared wrongly. The message names `Class.method` and says how to mend it. */
export class McpConfigurationError extends Error {
  override readonly name = 'McpConfigurationError';

  /** `where` is `Class.method` (or an option); `mend` is what to write instead. */
  constructor(where: string, problem: string, mend: string) {
    super(`${where}: ${problem} ${mend}`);
  }
}
