import { inspect } from 'node:util';
import { McpConfigurationError } from './configuration.error.js';
import { DeclarationErrors } from './declaration-errors.js';

/** The error at the end of a boot that has found these problems. */
function endOf(...problems: string[]): unknown {
  const errors = new DeclarationErrors();
  for (const problem of problems) {
    errors.add(new McpConfigurationError('Orders.find', problem, 'Mend it.'));
  }
  try {
    return errors.throwAll();
  } catch (error) {
    return error;
  }
}

describe('A boot error that Node prints', () => {
  it('is its message and stack alone, without an empty list of errors', () => {
    // As Node prints an error that nobody has caught.
    const text = inspect(endOf('the secret is missing.'), { customInspect: false });
    expect(text).toMatch(/Orders\.find: the secret is missing\. Mend it\.\n {4}at /);
    expect(text).not.toMatch(/errors\]?: \[/);
  });

  it('lists the errors if there are several', () => {
    const error = endOf('one is wrong.', 'two is wrong.') as McpConfigurationError;
    expect(error.errors?.map(({ message }) => message)).toEqual([
      'Orders.find: one is wrong. Mend it.',
      'Orders.find: two is wrong. Mend it.',
    ]);
  });
});
