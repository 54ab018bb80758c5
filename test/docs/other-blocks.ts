import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import type { CodeBlock } from './code-blocks.js';

type Check = (block: CodeBlock, root: string) => string[];

const unchecked: Check = () => [];

/** What is looked at in a block, by its language. TypeScript blocks are compiled together, see `typeErrorsOf`. */
const checks: Readonly<Record<string, Check>> = {
  ts: unchecked,
  json: jsonErrors,
  yaml: yamlErrors,
  bash: shellErrors,
  sh: shellErrors,
  console: unchecked,
  text: unchecked,
  nginx: unchecked,
  caddyfile: unchecked,
  dockerfile: unchecked,
};

/** What is wrong with a block that is not TypeScript: one line per finding, at its place in the page. */
export function findingsOf(root: string, block: CodeBlock): string[] {
  const check = Object.hasOwn(checks, block.language) ? checks[block.language] : undefined;
  const findings = check?.(block, root) ?? [
    `the language "${block.language}" is not one of ${Object.keys(checks).join(', ')}`,
  ];
  return findings.map((finding) => `${block.page}:${block.line} ${finding}`);
}

function jsonErrors({ code }: CodeBlock): string[] {
  try {
    JSON.parse(code);
    return [];
  } catch (error) {
    return [String(error)];
  }
}

function yamlErrors({ code }: CodeBlock): string[] {
  return parseDocument(code).errors.map(String);
}

function shellErrors({ code }: CodeBlock, root: string): string[] {
  const { status, stderr } = spawnSync('bash', ['-n'], { input: code, encoding: 'utf8' });
  if (status !== 0) return [stderr.trim()];
  return [...missingScripts(code, root), ...missingFiles(code, root)];
}

function missingScripts(code: string, root: string): string[] {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  return [
    ...code.matchAll(/\bnpm (?:run(?: --silent| -s)? (?<run>[\w:.-]+)|(?<short>start|test)\b)/g),
  ]
    .map(({ groups }) => groups?.['run'] ?? groups?.['short'] ?? '')
    .filter((script) => !Object.hasOwn(scripts, script))
    .map((script) => `package.json has no script "${script}"`);
}

function missingFiles(code: string, root: string): string[] {
  return [
    ...code.matchAll(
      /(?<=^|[\s='":(])(?:\.\/)?(?:src|test|libs|docs|scripts|deploy|bench|dist\/src|\.ci)\/[\w./-]*/gm,
    ),
  ]
    .map(([path]) => path)
    .filter((path) => !existsSync(join(root, sourceOf(path))))
    .map((path) => `${path} does not exist`);
}

/** A file of the build exists before the build as its source. */
function sourceOf(path: string): string {
  return path.replace(/^(?:\.\/)?dist\/(?<source>.+)\.js$/, '$<source>.ts');
}
