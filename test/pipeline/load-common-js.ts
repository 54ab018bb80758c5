import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';

/**
 * Runs a CommonJS package that requires ES modules, which Node can do since 20.19 and Jest only since Node 24.9:
 * its own files as they are published, and `known` in place of the packages that it requires.
 */
export function loadCommonJs<Exports>(
  name: string,
  known: Readonly<Record<string, unknown>>,
): Exports {
  const loaded = new Map<string, { exports: unknown }>();
  const load = (path: string): unknown => {
    const cached = loaded.get(path);
    if (cached) return cached.exports;
    const module = { exports: {} };
    loaded.set(path, module);
    const { resolve } = createRequire(path);
    const require = (request: string): unknown => {
      if (request in known) return known[request];
      if (request.startsWith('.')) return load(resolve(request));
      return createRequire(path)(request) as unknown;
    };
    // oxlint-disable-next-line typescript/no-implied-eval
    const run = new Function(
      'require',
      'module',
      'exports',
      '__dirname',
      readFileSync(path, 'utf8'),
    );
    (run as (...args: unknown[]) => void)(require, module, module.exports, dirname(path));
    return module.exports;
  };
  return load(createRequire(`${process.cwd()}/package.json`).resolve(name)) as Exports;
}
