import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { typeErrorsOf } from '../docs/typescript-blocks.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** For each code, put between `before` and `after`, whether TypeScript takes it with the options of the project. */
export function verdicts(
  codes: readonly string[],
  before: string,
  after = '\n',
): Record<string, boolean> {
  const blocks = codes.map((code, index) => ({
    page: join('verdicts', `code-${index}.md`),
    line: 1,
    language: 'ts',
    before,
    code,
    after,
  }));
  const errors = typeErrorsOf(root, blocks);
  return Object.fromEntries(
    codes.map((code, index) => [code, !errors.some((line) => line.includes(`code-${index}.md`))]),
  );
}
