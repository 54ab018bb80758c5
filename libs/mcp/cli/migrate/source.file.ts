import { parse } from '@babel/parser';
import type { File, Node } from '@babel/types';
import MagicString from 'magic-string';

/** A message of the migration on a position: something to change by hand, or a difference in behaviour. */
export interface Finding {
  readonly line: number;
  readonly text: string;
  /** `true` if nothing must be changed. */
  readonly isNote: boolean;
}

/** One TypeScript file: its syntax tree, the edits to its text, and the findings. */
export class SourceFile {
  readonly syntax: File;
  readonly edits: MagicString;
  readonly findings: Finding[] = [];

  /** Throws a `SyntaxError` if the text is not TypeScript. */
  constructor(readonly text: string) {
    this.syntax = parseTypeScript(text);
    this.edits = new MagicString(text);
  }

  textOf(node: Node): string {
    return this.text.slice(startOf(node), endOf(node));
  }

  replace(node: Node, text: string): void {
    this.edits.overwrite(startOf(node), endOf(node), text);
  }

  insertBefore(node: Node, text: string): void {
    this.edits.appendRight(startOf(node), text);
  }

  insertAfter(node: Node, text: string): void {
    this.edits.appendLeft(endOf(node), text);
  }

  /** Removes members of a list (properties, parameters, specifiers), with their commas. */
  removeFrom(list: readonly Node[], unwanted: ReadonlySet<Node>): void {
    const last = list.findLastIndex((node) => !unwanted.has(node));
    for (const [index, node] of list.slice(0, last).entries()) {
      if (unwanted.has(node)) this.edits.remove(startOf(node), startOf(list[index + 1]!));
    }
    const [first] = list.slice(last + 1);
    const final = list.at(-1);
    if (first === undefined || final === undefined) return;
    const comma = /^\s*,/.exec(this.text.slice(endOf(final)))?.[0].length ?? 0;
    const kept = list[last];
    // The comma after the list is kept if there is one; otherwise the comma before the removed part is removed, too.
    const start = kept === undefined ? startOf(first) : endOf(kept) + (comma > 0 ? 1 : 0);
    this.edits.remove(start, endOf(final) + comma);
  }

  /** Removes a decorator or statement, and its line if that contains nothing else. */
  removeLine(node: Node): void {
    let start = startOf(node);
    let end = endOf(node);
    while (/[ \t]/.test(this.text[start - 1] ?? '')) start -= 1;
    while (/[ \t]/.test(this.text[end] ?? '')) end += 1;
    const isAlone = ['\n', undefined].includes(this.text[start - 1]);
    const ending = /^\r?\n/.exec(this.text.slice(end))?.[0];
    if (isAlone && ending !== undefined) this.edits.remove(start, end + ending.length);
    else this.edits.remove(startOf(node), end);
  }

  /** Adds a finding that must be changed by hand. */
  leave(node: Node, text: string): void {
    this.findings.push({ line: lineOf(node), text, isNote: false });
  }

  /** Adds a finding on a difference in behaviour. */
  note(node: Node, text: string): void {
    this.findings.push({ line: lineOf(node), text, isNote: true });
  }
}

/** Whether a text is TypeScript. */
export function isTypeScript(text: string): boolean {
  try {
    parseTypeScript(text);
    return true;
  } catch {
    return false;
  }
}

/** `node` itself and every node below it. Nodes for which `enters` returns false are not descended into. */
export function* nodesOf(
  node: Node,
  enters: (node: Node) => boolean = () => true,
): Generator<Node, void, undefined> {
  yield node;
  if (!enters(node)) return;
  for (const value of Object.values(node)) {
    for (const child of [value].flat()) if (isNode(child)) yield* nodesOf(child, enters);
  }
}

/** The start position of a node of a parsed file. */
export function startOf(node: Node): number {
  return node.start ?? 0;
}

/** The end position of a node of a parsed file. */
export function endOf(node: Node): number {
  return node.end ?? 0;
}

function lineOf(node: Node): number {
  return node.loc?.start.line ?? 1;
}

function parseTypeScript(text: string): File {
  return parse(text, { sourceType: 'module', plugins: ['typescript', 'decorators-legacy'] });
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}
