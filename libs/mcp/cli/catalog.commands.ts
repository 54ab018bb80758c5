import { readFileSync } from 'node:fs';
import { compareCatalogs } from '../src/catalog/compare-catalogs.js';
import { catalogLists, type McpCatalog } from '../src/catalog/mcp-catalog.js';
import { ExitError } from './exit.error.js';
import type { TerminalOutput } from './terminal.output.js';

/** `diff`: compares two files written by `catalog`. Fails on breaking changes. */
export function diff(
  output: TerminalOutput,
  { before, after, json }: { before: string; after: string; json: boolean },
): void {
  const changes = compareCatalogs(readCatalogFile(before), readCatalogFile(after));
  const breaking = changes.filter((change) => change.breaking);
  if (json) output.printJson(changes);
  else {
    if (changes.length === 0) output.print('Nothing has changed.');
    for (const change of changes) {
      output.print(`${change.breaking ? output.bold('breaking') : 'harmless'}  ${change.message}`);
    }
  }
  if (breaking.length > 0) {
    const more = breaking.length > 1 ? 'changes break callers.' : 'changes breaks callers.';
    const words = changes.length === 1 ? 'change breaks callers.' : more;
    throw new ExitError(`${breaking.length} of ${changes.length} ${words}`);
  }
}

function readCatalogFile(path: string): McpCatalog {
  let catalog: unknown;
  try {
    catalog = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ExitError(`${path} cannot be read as JSON: ${(error as Error).message}`);
  }
  const isCatalog =
    typeof catalog === 'object' &&
    catalog !== null &&
    Object.keys(catalogLists).every((list) =>
      Array.isArray((catalog as McpCatalog)[list as 'tools']),
    );
  if (!isCatalog) {
    throw new ExitError(`${path} is no catalog: write one with "nestjs-mcp catalog > ${path}".`);
  }
  return catalog as McpCatalog;
}
