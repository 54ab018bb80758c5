/** Ends the program: `message` goes to stderr, `code` is the exit status (1: failure, 2: wrong usage). */
export class ExitError extends Error {
  override readonly name = 'ExitError';

  constructor(
    message: string,
    readonly code: 1 | 2 = 1,
  ) {
    super(message);
  }
}
