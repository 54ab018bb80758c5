import { parse } from '@babel/parser';
import type { File, Node } from '@babel/types';
import MagicString from 'magic-string';

/** Something that the migration says about a place: what is left to do, or what is different from now on. */
export interface Finding {
  readonly line: number;
  readonly text: string;
  /** `true`: nothing is left to do. */
  readonly isNote: boolean;
}

/** One TypeScript file: its syntax, the edits to its text, and what is said about it. */
export class SourceFile {
  readonly syntax: File;
  readonly edits: MagicString;
  readonly findings: Finding[] = [];

  /** Throws a `SyntaxError` where the text is no TypeScript. */
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
    // The comma after the list stays where there is one; else the one before what is gone goes, too.
    const start = kept === undefined ? startOf(first) : endOf(kept) + (comma > 0 ? 1 : 0);
    this.edits.remove(start, endOf(final) + comma);
  }

  /** Removes a decorator or statement, with its line where nothing else stands there. */
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

  /** Something is left to do by hand. */
  leave(node: Node, text: string): void {
    this.findings.push({ line: lineOf(node), text, isNote: false });
  }

  /** Something is different from now on. */
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

/** Every node below `node`, itself first. What is below a node for which `enters` says no is left out. */
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

/** Where a node of a parsed file begins. */
export function startOf(node: Node): number {
  return node.start ?? 0;
}

/** Where a node of a parsed file ends. */
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
