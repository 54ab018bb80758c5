import { parse } from '@babel/parser';

/** A node of a syntax tree whose type is not known. */
export interface SourceNode {
  readonly type: string;
  readonly start?: number | null;
  readonly end?: number | null;
}

/** A statement of a source file. */
export type Statement = ReturnType<typeof parse>['program']['body'][number];

/** The statements of a TypeScript file. Throws an `Error` with the path if it cannot be parsed. */
export function statementsOf(text: string, path: string): Statement[] {
  try {
    return parse(text, { sourceType: 'module', plugins: ['typescript', 'decorators-legacy'] })
      .program.body;
  } catch (error) {
    throw new Error(`${path} cannot be parsed: ${(error as Error).message}`, { cause: error });
  }
}

/** The calls of `object.method(…)` below some nodes, for any of the methods. */
export function callsOf(
  nodes: readonly SourceNode[],
  object: string,
  methods: readonly string[],
): CallNode[] {
  return nodes.flatMap((node) => [
    ...(isCallOf(node, object, methods) ? [node] : []),
    ...callsOf(childrenOf(node), object, methods),
  ]);
}

/** A call `object.method(…)`. */
export interface CallNode extends SourceNode {
  readonly arguments: readonly (SourceNode & { readonly name?: string })[];
}

function isCallOf(node: SourceNode, object: string, methods: readonly string[]): node is CallNode {
  if (node.type !== 'CallExpression') return false;
  const { callee } = node as SourceNode & { callee: Callee };
  return callee.object?.name === object && methods.includes(callee.property?.name ?? '');
}

interface Callee extends SourceNode {
  readonly object?: { readonly name?: string };
  readonly property?: { readonly name?: string };
}

function childrenOf(node: SourceNode): SourceNode[] {
  return Object.values(node).flat().filter(isNode);
}

function isNode(value: unknown): value is SourceNode {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}
