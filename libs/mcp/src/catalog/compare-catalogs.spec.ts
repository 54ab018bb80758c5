import { compareCatalogs } from './compare-catalogs.js';
import { toCatalog, type CatalogEntry, type McpCatalog } from './mcp-catalog.js';

const empty: McpCatalog = {
  server: { name: 'shop' },
  tools: [],
  resources: [],
  resourceTemplates: [],
  prompts: [],
};

const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more });

const withTool = (tool: Partial<CatalogEntry>): McpCatalog => ({
  ...empty,
  tools: [{ name: 'find', ...tool }],
});

/** The changes from one input schema to another, as `breaking: message`. */
const inputChanges = (before: object, after: object) =>
  compareCatalogs(withTool({ inputSchema: before }), withTool({ inputSchema: after })).map(
    ({ breaking, message }) => `${breaking ? 'breaking' : 'harmless'}: ${message}`,
  );

describe('compareCatalogs', () => {
  it('finds no change between a catalog and itself, however its lists and keys are ordered', () => {
    const one = {
      ...empty,
      tools: [
        { name: 'b', description: 'B' },
        { description: 'A', name: 'a' },
      ],
    };
    const other = {
      ...empty,
      tools: [
        { name: 'a', description: 'A' },
        { name: 'b', description: 'B' },
      ],
    };
    expect(JSON.stringify(toCatalog(one))).toBe(JSON.stringify(toCatalog(other)));
    expect(compareCatalogs(toCatalog(one), toCatalog(other))).toEqual([]);
  });

  it('reports a removed tool as breaking, and a new one not', () => {
    expect(compareCatalogs(withTool({}), { ...empty, tools: [{ name: 'search' }] })).toEqual([
      {
        kind: 'tool',
        name: 'find',
        change: 'removed',
        breaking: true,
        message: 'The tool "find" is gone.',
      },
      {
        kind: 'tool',
        name: 'search',
        change: 'added',
        breaking: false,
        message: 'The tool "search" is new.',
      },
    ]);
  });

  const text = { type: 'string' };
  it.each([
    [
      'an input that is gone',
      object({ a: text }),
      object({}),
      'breaking: The tool "find": the input "a" is gone.',
    ],
    [
      'an optional input that is new',
      object({}),
      object({ a: text }),
      'harmless: The tool "find": the input "a" is new.',
    ],
    [
      'a required input that is new',
      object({}),
      object({ a: text }, { required: ['a'] }),
      'breaking: The tool "find": the input "a" is new and required.',
    ],
    [
      'an input that becomes required',
      object({ a: text }),
      object({ a: text }, { required: ['a'] }),
      'breaking: The tool "find": the input "a" is required now.',
    ],
    [
      'a type that is narrowed',
      object({ a: { type: ['string', 'integer'] } }),
      object({ a: text }),
      'breaking: The tool "find": the input "a" may no longer be integer.',
    ],
    [
      'an integer that becomes a number',
      object({ a: { type: 'integer' } }),
      object({ a: { type: 'number' } }),
      'harmless: The tool "find": the input "a" may be number now.',
    ],
    [
      'a member of an enum that is gone',
      object({ a: { enum: ['x', 'y'] } }),
      object({ a: { enum: ['x'] } }),
      'breaking: The tool "find": the input "a" may no longer be "y".',
    ],
    [
      'a lower maximum',
      object({ a: { type: 'number', maximum: 10 } }),
      object({ a: { type: 'number', maximum: 5 } }),
      'breaking: The tool "find": the input "a" maximum is 5 now.',
    ],
    [
      'a minimum that is gone',
      object({ a: { type: 'number', minimum: 1 } }),
      object({ a: { type: 'number' } }),
      'harmless: The tool "find": the input "a" has no minimum any more.',
    ],
    [
      'a property of a list of nested objects',
      object({ lines: { type: 'array', items: object({ sku: text }) } }),
      object({ lines: { type: 'array', items: object({ sku: text }, { required: ['sku'] }) } }),
      'breaking: The tool "find": the input "lines[].sku" is required now.',
    ],
    [
      'a class behind a reference',
      object({ a: { $ref: '#/$defs/A' } }, { $defs: { A: object({ b: text }) } }),
      object({ a: { $ref: '#/$defs/A' } }, { $defs: { A: object({ b: { type: 'number' } }) } }),
      'breaking: The tool "find": the input "a.b" may no longer be string.',
    ],
  ])('classifies %s', (_, before, after, expected) => {
    expect(inputChanges(before, after)[0]).toBe(expected);
  });

  it('ends for a class that refers to itself', () => {
    const tree = (leaf: object) =>
      object(
        { root: { $ref: '#/$defs/Node' } },
        {
          $defs: { Node: object({ leaf, next: { $ref: '#/$defs/Node' } }) },
        },
      );
    expect(inputChanges(tree(text), tree({ type: 'number' }))).toContain(
      'breaking: The tool "find": the input "root.leaf" may no longer be string.',
    );
  });

  it('reports a wider output and a new scope as breaking, and another description not', () => {
    const before = withTool({
      description: 'Finds.',
      outputSchema: object({ id: { type: 'integer' } }, { required: ['id'] }),
    });
    const after = withTool({
      description: 'Finds an order.',
      scopes: ['orders:read'],
      outputSchema: object({ id: { type: ['integer', 'null'] }, note: text }, { required: ['id'] }),
    });
    expect(
      compareCatalogs(before, after).map(({ breaking, message }) => [breaking, message]),
    ).toEqual([
      [true, 'The tool "find": the output "id" may be null now.'],
      [false, 'The tool "find": the output "note" is new.'],
      [true, 'The tool "find" needs the scope "orders:read" now.'],
      [false, 'The tool "find" has another description.'],
    ]);
  });

  it('reads the arguments of a prompt as its input', () => {
    const prompt = (required: boolean): McpCatalog => ({
      ...empty,
      prompts: [{ name: 'review', arguments: [{ name: 'topic', required }] }],
    });
    expect(compareCatalogs(prompt(false), prompt(true))).toEqual([
      {
        kind: 'prompt',
        name: 'review',
        change: 'input',
        breaking: true,
        message: 'The prompt "review": the input "topic" is required now.',
      },
    ]);
  });
});
