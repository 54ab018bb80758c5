import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { applyEdits, modify, parse as parseJson, type ParseError } from 'jsonc-parser';
import { parse as parseToml } from 'smol-toml';
import { parseDocument } from 'yaml';
import type { ClientConfiguration } from '../src/clients/client-configuration.js';
import { toTomlKey, toTomlLines } from '../src/clients/configuration-text.js';
import { ExitError } from './exit.error.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Adds the entry of a server to the configuration file of a client and leaves everything else unchanged, comments
 * included. A copy of the original file is kept beside it. Throws `ExitError` if the file cannot be parsed; then
 * nothing is written.
 */
export function writeConfiguration(
  path: string,
  configuration: ClientConfiguration,
): { readonly changed: boolean; readonly backup?: string } {
  const exists = existsSync(path);
  const before = exists ? readFileSync(path, 'utf8') : '';
  const after = merged(before, configuration, path);
  if (after === before) return { changed: false };
  const backup = exists ? `${path}.backup` : undefined;
  if (backup !== undefined) copyFileSync(path, backup);
  mkdirSync(dirname(path), { recursive: true });
  // A client that reads the file meanwhile sees the old or the new one, never a part.
  const draft = `${path}.new`;
  writeFileSync(draft, after, { mode: 0o600 });
  renameSync(draft, path);
  return { changed: true, ...(backup !== undefined && { backup }) };
}

function merged(text: string, configuration: ClientConfiguration, path: string): string {
  const { format } = configuration.file;
  if (format === 'json') return mergedJson(text, configuration, path);
  return format === 'toml'
    ? mergedToml(text, configuration, path)
    : mergedYaml(text, configuration, path);
}

function mergedJson(
  text: string,
  { keys, entry, lists = {} }: ClientConfiguration,
  path: string,
): string {
  const errors: ParseError[] = [];
  const whole: unknown = parseJson(text.trim() === '' ? '{}' : text, errors, {
    allowTrailingComma: true,
  });
  if (errors.length > 0 || typeof whole !== 'object' || whole === null || Array.isArray(whole)) {
    throw unreadable(path, 'JSON');
  }
  const edits: [readonly (string | number)[], unknown][] = [];
  if (!isDeepStrictEqual(valueAt(whole as Fields, keys), entry)) edits.push([keys, entry]);
  for (const [key, items] of Object.entries(lists)) {
    const present = (whole as Fields)[key];
    const known = Array.isArray(present) ? (present as { id?: unknown }[]) : [];
    const missing = items.filter(({ id }) => !known.some((item) => item.id === id));
    if (missing.length > 0) edits.push([[key], [...known, ...missing]]);
  }
  const formattingOptions = {
    insertSpaces: !/^\t/m.test(text),
    tabSize: indentOf(text),
    eol: '\n',
  };
  const result = edits.reduce(
    (current, [at, value]) =>
      applyEdits(current, modify(current, [...at], value, { formattingOptions })),
    text.trim() === '' ? '{}' : text,
  );
  return edits.length === 0 ? text : result.endsWith('\n') ? result : `${result}\n`;
}

/** Replaces an existing table up to the next one; comments elsewhere are kept. */
function mergedToml(text: string, { keys, entry }: ClientConfiguration, path: string): string {
  const whole = readToml(text, path);
  const present = valueAt(whole, keys);
  if (isDeepStrictEqual(present, entry)) return text;
  const header = `[${keys.map(toTomlKey).join('.')}]`;
  const table = `${header}\n${toTomlLines(entry)}`;
  const kept = present === undefined ? text : withoutTable(text, header);
  const result = `${kept.trimEnd()}${kept.trim() === '' ? '' : '\n\n'}${table}`;
  if (!isDeepStrictEqual(valueAt(readToml(result, path), keys), entry)) {
    throw new ExitError(
      `${path} writes ${keys.join('.')} in another form: change it there by hand.`,
    );
  }
  return result;
}

function withoutTable(text: string, header: string): string {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.trim() === header);
  if (start < 0) return text;
  const length = lines.slice(start + 1).findIndex((line) => line.trimStart().startsWith('['));
  lines.splice(start, length < 0 ? lines.length : length + 1);
  return lines.join('\n');
}

function readToml(text: string, path: string): Fields {
  try {
    // Parsed tables have no prototype, which a strict comparison would report as a difference.
    return structuredClone({ ...parseToml(text) });
  } catch {
    throw unreadable(path, 'TOML');
  }
}

function mergedYaml(text: string, { keys, entry }: ClientConfiguration, path: string): string {
  const document = parseDocument(text);
  const whole: unknown = document.errors.length > 0 ? undefined : (document.toJS() ?? {});
  if (typeof whole !== 'object' || whole === null || Array.isArray(whole)) {
    throw unreadable(path, 'YAML');
  }
  if (isDeepStrictEqual(valueAt(whole as Fields, keys), entry)) return text;
  document.setIn(keys, document.createNode(entry));
  return document.toString();
}

function valueAt(fields: Fields, keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Fields)[key] : undefined,
    fields,
  );
}

function indentOf(text: string): number {
  return /^( +)\S/m.exec(text)?.[1]?.length ?? 2;
}

function unreadable(path: string, format: string): ExitError {
  return new ExitError(
    `${path} is not valid ${format}. Nothing was written: mend it, then try again.`,
  );
}
