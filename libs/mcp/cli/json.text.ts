import { applyEdits, findNodeAtLocation, parseTree, type Edit, type Node } from 'jsonc-parser';

type Keys = readonly string[];

/** Sets a value in the text of a JSON file. No other character of the file changes, comments included. */
export function withJsonValue(text: string, keys: Keys, value: unknown): string {
  const root = rootOf(text);
  const nodeAt = (depth: number) => findNodeAtLocation(root, keys.slice(0, depth));
  const depth = keys.findLastIndex((_, index) => nodeAt(index)?.type === 'object');
  const [key = '', ...inner] = keys.slice(depth);
  const nested = inner.toReversed().reduce((held, name) => ({ [name]: held }), value);
  const present = nodeAt(depth + 1);
  if (!present) return withChild(text, nodeAt(depth) as Node, nested, `${JSON.stringify(key)}: `);
  const content = toJson(text, nested, lineIndent(text, present.offset));
  return applyEdits(text, [{ offset: present.offset, length: present.length, content }]);
}

/** Appends an item to a list in the text of a JSON file, in the same way. The list must be there. */
export function withJsonItem(text: string, keys: Keys, item: unknown): string {
  return withChild(text, findNodeAtLocation(rootOf(text), [...keys]) as Node, item, '');
}

function rootOf(text: string): Node {
  return parseTree(text, [], { allowTrailingComma: true }) as Node;
}

/** Adds a child behind the last one: on a line of its own, unless the container has all of them on one line. */
function withChild(text: string, container: Node, value: unknown, label: string): string {
  const eol = eolOf(text);
  const close = container.offset + container.length - 1;
  const inner = text.slice(container.offset + 1, close);
  const outer = lineIndent(text, container.offset);
  const last = container.children?.at(-1);
  if (last && !inner.includes('\n')) {
    const content = `, ${label}${JSON.stringify(value)}`;
    return applyEdits(text, [insertion(last.offset + last.length, content)]);
  }
  const indent =
    last && startsLine(text, last) ? lineIndent(text, last.offset) : outer + unitOf(text);
  const child = `${eol}${indent}${label}${toJson(text, value, indent)}`;
  const end = container.offset + 1 + inner.trimEnd().length;
  const closing = inner.slice(inner.trimEnd().length).includes('\n') ? '' : `${eol}${outer}`;
  if (!last) {
    const length = closing === '' ? 0 : close - end;
    return applyEdits(text, [{ offset: end, length, content: `${child}${closing}` }]);
  }
  const behind = last.offset + last.length;
  const hasComma = separated(text.slice(behind, close));
  return applyEdits(text, [
    ...(hasComma ? [] : [insertion(behind, ',')]),
    insertion(end, `${child}${hasComma ? ',' : ''}${closing}`),
  ]);
}

/** Whether a comma stands in a gap, outside its comments. */
function separated(gap: string): boolean {
  return gap.replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, '').includes(',');
}

function insertion(offset: number, content: string): Edit {
  return { offset, length: 0, content };
}

function startsLine(text: string, { offset }: Node): boolean {
  return /(?:^|\n)[ \t]*$/.test(text.slice(0, offset));
}

function lineIndent(text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1);
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

function toJson(text: string, value: unknown, indent: string): string {
  return JSON.stringify(value, undefined, unitOf(text)).replaceAll('\n', eolOf(text) + indent);
}

function eolOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

/** One step of the file's own indentation. */
function unitOf(text: string): string {
  return /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ';
}
