import type { ClientConfiguration } from './client-configuration.js';

type Fields = Readonly<Record<string, unknown>>;

/** The configuration as a complete file, for users who do not have that file yet. */
export function toConfigurationText(configuration: ClientConfiguration): string {
  const { file, keys, entry, lists } = configuration;
  if (file.format === 'toml') return `[${keys.map(toTomlKey).join('.')}]\n${toTomlLines(entry)}`;
  const whole = { ...nest(keys, entry), ...lists };
  return file.format === 'json' ? `${JSON.stringify(whole, undefined, 2)}\n` : toYaml(whole, '');
}

function nest(keys: readonly string[], entry: Fields): Fields {
  return keys.toReversed().reduce<Fields>((inner, key) => ({ [key]: inner }), entry);
}

/** The lines of a TOML table. JSON strings are valid TOML strings. */
export function toTomlLines(entry: Fields): string {
  return Object.entries(entry)
    .map(([key, value]) => `${toTomlKey(key)} = ${toTomlValue(value)}\n`)
    .join('');
}

/** A TOML key, unquoted if possible. */
export function toTomlKey(key: string): string {
  return /^[\w-]+$/.test(key) ? key : JSON.stringify(key);
}

function toTomlValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(toTomlValue).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(
    ([key, inner]) => `${toTomlKey(key)} = ${toTomlValue(inner)}`,
  );
  return `{ ${fields.join(', ')} }`;
}

/** YAML text. JSON values are valid YAML; only maps are written in YAML's own block style. */
export function toYaml(fields: Fields, indent: string): string {
  return Object.entries(fields)
    .map(([key, value]) => {
      const name = /^[A-Za-z_][\w-]*$/.test(key) ? key : JSON.stringify(key);
      const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
      return isMap
        ? `${indent}${name}:\n${toYaml(value as Fields, `${indent}  `)}`
        : `${indent}${name}: ${JSON.stringify(value)}\n`;
    })
    .join('');
}
