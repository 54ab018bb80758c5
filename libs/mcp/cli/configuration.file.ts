import {
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parse as parseJson, type ParseError } from 'jsonc-parser';
import { parse as parseToml } from 'smol-toml';
import type { ClientConfiguration } from '../src/clients/client-configuration.js';
import { toTomlKey, toTomlLines } from '../src/clients/configuration-text.js';
import { ExitError } from './exit.error.js';
import { withJsonItem, withJsonValue } from './json.text.js';
import { readYaml, withYamlValue } from './yaml.text.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Adds the entry of a server to the configuration file of a client and leaves everything else unchanged, comments
 * included. A copy of the file as it was is kept beside it. Throws `ExitError` if the file cannot be parsed; then
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
  const backup = exists ? unusedBackup(path) : undefined;
  if (backup !== undefined) copyFileSync(path, backup, constants.COPYFILE_EXCL);
  mkdirSync(dirname(path), { recursive: true });
  // A client that reads the file meanwhile sees the old or the new one, never a part.
  const draft = `${path}.new`;
  writeFileSync(draft, after, { mode: 0o600 });
  renameSync(draft, path);
  return { changed: true, ...(backup !== undefined && { backup }) };
}

/** `….backup`, or `….backup.2` and so on: an earlier copy may be the only one of the original. */
function unusedBackup(path: string): string {
  for (let number = 1; ; number += 1) {
    const backup = `${path}.backup${number === 1 ? '' : `.${number}`}`;
    if (!existsSync(backup)) return backup;
  }
}

function merged(text: string, configuration: ClientConfiguration, path: string): string {
  const { format } = configuration.file;
  if (format === 'json') return mergedJson(text, configuration, path);
  return format === 'toml'
    ? mergedToml(text, configuration, path)
    : mergedYaml(text, configuration, path);
}

function mergedYaml(text: string, { keys, entry }: ClientConfiguration, path: string): string {
  const whole = readYaml(text);
  if (whole === undefined) throw unreadable(path, 'YAML');
  return isDeepStrictEqual(valueAt(whole, keys), entry) ? text : withYamlValue(text, keys, entry);
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
  let result = text.trim() === '' ? '{}\n' : text;
  if (!isDeepStrictEqual(valueAt(whole as Fields, keys), entry)) {
    result = withJsonValue(result, keys, entry);
  }
  for (const [key, items] of Object.entries(lists)) {
    const present = (whole as Fields)[key];
    const known = Array.isArray(present) ? (present as { id?: unknown }[]) : undefined;
    const missing = items.filter(({ id }) => !known?.some((item) => item.id === id));
    if (known) for (const item of missing) result = withJsonItem(result, [key], item);
    else result = withJsonValue(result, [key], missing);
  }
  return result;
}

/** Replaces an existing table up to the next one; comments elsewhere are kept. */
function mergedToml(text: string, { keys, entry }: ClientConfiguration, path: string): string {
  const whole = readToml(text, path);
  const present = valueAt(whole, keys);
  if (isDeepStrictEqual(present, entry)) return text;
  const header = `[${keys.map(toTomlKey).join('.')}]`;
  const result = withTable(text, header, `${header}\n${toTomlLines(entry)}`);
  if (!isDeepStrictEqual(valueAt(readToml(result, path), keys), entry)) {
    throw new ExitError(
      `${path} writes ${keys.join('.')} in another form: change it there by hand.`,
    );
  }
  return result;
}

/** The text with a table at its end, or in place of the one with the same header. */
function withTable(text: string, header: string, table: string): string {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.trim() === header);
  if (start < 0) return `${text.trimEnd()}${text.trim() === '' ? '' : '\n\n'}${table}`;
  const length = lines.slice(start + 1).findIndex((line) => line.trimStart().startsWith('['));
  const old = lines.slice(start, length < 0 ? undefined : start + 1 + length);
  // Comments above the next table are about that one.
  const kept = old.findLastIndex((line) => !/^\s*(?:#.*)?$/.test(line)) + 1;
  lines.splice(start, kept, ...table.trimEnd().split('\n'));
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

function valueAt(fields: Fields, keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Fields)[key] : undefined,
    fields,
  );
}

function unreadable(path: string, format: string): ExitError {
  return new ExitError(
    `${path} is not valid ${format}. Nothing was written: mend it, then try again.`,
  );
}
