import { isDeepStrictEqual } from 'node:util';
import { isMap, parseDocument, type Document, type YAMLMap } from 'yaml';
import { toYaml } from '../src/clients/configuration-text.js';

type Fields = Readonly<Record<string, unknown>>;

/** The content of a YAML file whose root is a map. `undefined` if it is anything else, or cannot be parsed. */
export function readYaml(text: string): Fields | undefined {
  const document = parseDocument(text);
  if (document.errors.length > 0) return undefined;
  const whole: unknown = document.toJS() ?? {};
  const isFields = typeof whole === 'object' && whole !== null && !Array.isArray(whole);
  return isFields ? (whole as Fields) : undefined;
}

/** Sets a value in the text of a YAML file. A new entry changes no other character where the file allows it. */
export function withYamlValue(text: string, keys: readonly string[], value: Fields): string {
  const document = parseDocument(text);
  const inserted = withNewKey(text, document, keys, value);
  document.setIn(keys, document.createNode(value));
  const isSame =
    inserted !== undefined && isDeepStrictEqual(readYaml(inserted), document.toJS() as unknown);
  return isSame ? inserted : document.toString({ lineWidth: 0 });
}

/** Inserts the lines of a new key above the first key of its map, or its whole path at the end of the file. */
function withNewKey(
  text: string,
  document: Document,
  [outer = '', inner = '']: readonly string[],
  value: Fields,
): string | undefined {
  if (!document.has(outer)) {
    const gap = text === '' || text.endsWith('\n') ? '' : '\n';
    return `${text}${gap}${toYaml({ [outer]: { [inner]: value } }, '')}`;
  }
  const map: unknown = document.get(outer);
  if (!isBlockMap(map) || map.has(inner)) return undefined;
  const line = text.lastIndexOf('\n', map.range[0] - 1) + 1;
  const indent = text.slice(line, map.range[0]);
  return text.slice(0, line) + toYaml({ [inner]: value }, indent) + text.slice(line);
}

function isBlockMap(value: unknown): value is YAMLMap & { range: [number, number, number] } {
  return (
    isMap(value) && value.flow !== true && value.items.length > 0 && Array.isArray(value.range)
  );
}
