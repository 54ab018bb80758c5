import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The lines of the table of figures, without the padding that the formatter chooses. */
function figuresIn(page: string): string[] {
  const lines = readFileSync(join(root, page), 'utf8').split('\n');
  const start = lines.findIndex((line) => /^\| measure +\| to reach/.test(line));
  const length = lines.slice(start).findIndex((line) => !line.startsWith('|'));
  return lines.slice(start + 2, start + length).map((line) => line.replaceAll(/ +/g, ' '));
}

describe('the figures of the benchmark', () => {
  const results = 'bench/results/usual.md';

  it('in docs/performance.md are those of the run', () => {
    expect(figuresIn(results).length).toBeGreaterThan(20);
    expect(figuresIn('docs/performance.md')).toEqual(figuresIn(results));
  });

  it('in docs/performance.md come with the day and the machine', () => {
    const [run = ''] = readFileSync(join(root, results), 'utf8').split('\n');
    const page = readFileSync(join(root, 'docs/performance.md'), 'utf8');
    expect(page.replaceAll(/\s+/g, ' ')).toContain(run);
  });
});
