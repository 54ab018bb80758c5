/** What Gemini reads of a schema in `parameters`: it refuses a request with any other keyword. */
const geminiKeywords = new Set([
  'type',
  'format',
  'title',
  'description',
  'nullable',
  'enum',
  'items',
  'properties',
  'required',
  'propertyOrdering',
  'anyOf',
  'default',
  'example',
  'pattern',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'minProperties',
  'maxProperties',
]);

/** The tools in a request to a provider, and what the provider would refuse of them. */
export function refusalsOf({ url, body }) {
  const tools = url.includes('googleapis.com')
    ? body.tools.flatMap(({ functionDeclarations }) => functionDeclarations)
    : body.tools.map((tool) => tool.function ?? tool);
  const judge = url.includes('googleapis.com') ? refusedByGemini : refusedByOpenAi;
  return {
    names: tools.map(({ name }) => name),
    refusals: tools.flatMap((tool) => judge(tool).map((reason) => `${tool.name}: ${reason}`)),
  };
}

function refusedByOpenAi({ name, parameters }) {
  const combinators = ['oneOf', 'anyOf', 'allOf', 'not', 'enum'];
  return [
    ...(/^[\w-]{1,64}$/.test(name) ? [] : ['its name']),
    ...(parameters.type === 'object' ? [] : ['the root is no object']),
    ...(parameters.properties ? [] : ['the root has no properties']),
    ...combinators.filter((key) => key in parameters).map((key) => `${key} at the root`),
    ...nodesOf(parameters).flatMap(([path, node]) => arrayFaults(path, node)),
  ];
}

function refusedByGemini({ name, parameters, parametersJsonSchema }) {
  const own = /^[A-Za-z_][\w.:-]{0,127}$/.test(name) ? [] : ['its name'];
  if (parametersJsonSchema) {
    return [
      ...own,
      ...nodesOf(parametersJsonSchema).flatMap(([path, node]) => arrayFaults(path, node)),
    ];
  }
  // A tool without an input has no parameters.
  if (!parameters) return own;
  return [
    ...own,
    ...nodesOf(parameters).flatMap(([path, node]) => [
      ...arrayFaults(path, node),
      ...Object.keys(node)
        .filter((key) => !geminiKeywords.has(key))
        .map((key) => `${path}: ${key}`),
      ...(Array.isArray(node.type) ? [`${path}: a list of types`] : []),
      ...(node.type === undefined && !node.anyOf ? [`${path}: no type`] : []),
      ...(node.enum?.some((one) => typeof one !== 'string') ? [`${path}: enum of no texts`] : []),
    ]),
  ];
}

function arrayFaults(path, { type, items }) {
  if (String(type).toLowerCase() !== 'array') return [];
  return items && !Array.isArray(items) ? [] : [`${path}: an array without items`];
}

/** Every schema in a schema, with its path. */
function nodesOf(schema, path = '$') {
  const { properties = {}, items, anyOf = [], oneOf = [], allOf = [], $defs = {} } = schema;
  return [
    [path, schema],
    ...Object.entries(properties).flatMap(([key, node]) => nodesOf(node, `${path}.${key}`)),
    ...Object.entries($defs).flatMap(([key, node]) => nodesOf(node, `${path}#${key}`)),
    ...(items ? [items].flat().flatMap((node) => nodesOf(node, `${path}[]`)) : []),
    ...[...anyOf, ...oneOf, ...allOf].flatMap((node) => nodesOf(node, `${path}|`)),
  ];
}
