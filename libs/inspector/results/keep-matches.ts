/**
 * The part of a value whose keys or values contain the text, ignoring case; `undefined` if there is none. An empty text
 * keeps everything.
 */
export function keepMatches(value: unknown, text: string): unknown {
  return text === '' ? value : keep(value, text.toLowerCase());
}

function keep(value: unknown, text: string): unknown {
  if (typeof value !== 'object' || value === null) {
    return String(value).toLowerCase().includes(text) ? value : undefined;
  }
  if (Array.isArray(value)) {
    const items = value.map((item) => keep(item, text)).filter((item) => item !== undefined);
    return items.length > 0 ? items : undefined;
  }
  const entries = Object.entries(value).flatMap(([key, inner]) => {
    const kept: unknown = key.toLowerCase().includes(text) ? inner : keep(inner, text);
    return kept === undefined ? [] : [[key, kept] as const];
  });
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}
