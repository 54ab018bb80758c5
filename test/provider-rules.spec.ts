import { createInputPipe } from '../libs/mcp/src/execution/validation.pipe.js';
import { writeInputSchema } from '../libs/mcp/src/schema/input-writer.js';
import type { JsonSchema } from '../libs/mcp/src/schema/mcp.schema.js';
import { toSchema } from '../libs/mcp/src/schema/to-schema.js';
import { CORPUS } from './corpus/classes.corpus.js';

/** One node of a schema: what stands there, and whether its absence is accepted. */
interface Node {
  readonly path: string;
  readonly schema: JsonSchema;
  readonly optional: boolean;
}

/** What a provider or client refuses, for the whole request or server; `undefined`: nothing. */
type Rule = (root: JsonSchema, nodes: readonly Node[]) => string[];

const typesOf = ({ type }: JsonSchema): unknown[] => (Array.isArray(type) ? type : [type]);

const everywhere =
  (refuses: (node: Node) => boolean): Rule =>
  (_, nodes) =>
    nodes.filter(refuses).map(({ path }) => path);

const rules: Readonly<Record<string, Rule>> = {
  'OpenAI, Anthropic, Gemini, VS Code: the root is an object': ({ type }) =>
    type === 'object' ? [] : ['root'],
  'OpenAI: the root has properties': ({ properties }) => (properties ? [] : ['root']),
  'OpenAI, Anthropic: no combinator at the root': (root) =>
    ['oneOf', 'anyOf', 'allOf', 'not', 'enum', 'if'].filter((keyword) => keyword in root),
  'Anthropic, Bedrock: keys of properties': ({ properties }) =>
    Object.keys(properties ?? {}).filter((key) => !/^[\w.-]{1,64}$/u.test(key)),
  'VS Code, OpenAI, Gemini: every array has items': everywhere(
    ({ schema }) => typesOf(schema).includes('array') && !('items' in schema),
  ),
  'VS Code: items are one schema': everywhere(({ schema }) => Array.isArray(schema['items'])),
  'Gemini, LangChain, Copilot for Eclipse: no null in what may be left out': everywhere(
    ({ schema, optional }) =>
      optional &&
      (typesOf(schema).includes('null') ||
        (Array.isArray(schema['enum']) && schema['enum'].includes(null)) ||
        ['anyOf', 'oneOf'].some((keyword) =>
          ((schema[keyword] ?? []) as JsonSchema[]).some(({ type }) => type === 'null'),
        )),
  ),
  'Gemini: one type, or that type and null': everywhere(
    ({ schema }) => typesOf(schema).filter((type) => type !== 'null').length > 1,
  ),
  'Gemini: no examples': everywhere(({ schema }) => 'examples' in schema),
  'Gemini: no not that only bans null or the empty text': everywhere(({ schema }) =>
    ['{"type":"null"}', '{"enum":["",null]}', '{"enum":[""]}', '{"const":null}'].includes(
      JSON.stringify(schema['not']),
    ),
  ),
};

function nodesOf(schema: JsonSchema, path = '', optional = false): Node[] {
  const { properties = {}, required = [], items, $defs = {} } = schema;
  const inner = Object.entries(properties as Record<string, JsonSchema>).flatMap(([key, part]) =>
    nodesOf(part, `${path}.${key}`, !(required as string[]).includes(key)),
  );
  const definitions = Object.entries($defs as Record<string, JsonSchema>).flatMap(([key, part]) =>
    nodesOf(part, `#${key}`),
  );
  const branches = ['anyOf', 'oneOf', 'allOf'].flatMap((keyword) =>
    ((schema[keyword] ?? []) as JsonSchema[]).flatMap((part) => nodesOf(part, `${path}|`)),
  );
  const item = items ? nodesOf(items as JsonSchema, `${path}[]`) : [];
  return [{ path, schema, optional }, ...inner, ...item, ...branches, ...definitions];
}

const STRICT = { transform: true, whitelist: true, forbidNonWhitelisted: true };

describe.each(Object.entries(rules))('%s', (_, rule) => {
  it('applies to the input schemas of all classes of the corpus', () => {
    const refused = CORPUS.flatMap(([name, type, options]) => {
      const { validation } = createInputPipe({ options: { ...STRICT, ...options } });
      const { json } = toSchema(type, { io: 'input', where: name, validation, root: 'object' });
      const written = writeInputSchema(json).json;
      return rule(written, nodesOf(written)).map((path) => `${name} ${path}`);
    });
    expect(CORPUS.length).toBeGreaterThan(60);
    expect(refused).toEqual([]);
  });
});
