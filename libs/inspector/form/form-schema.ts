import type { RJSFSchema } from '@rjsf/utils';

type Fields = Record<string, unknown>;

const lists = ['anyOf', 'oneOf', 'allOf'] as const;
const maps = ['properties', '$defs', 'definitions', 'patternProperties'] as const;

/** Converts the schema of a tool for the form library; the same values are valid. */
export function toFormSchema(schema: unknown): RJSFSchema {
  if (typeof schema !== 'object' || schema === null) return {};
  const form: Fields = { ...schema };
  for (const name of maps) {
    const map = form[name];
    if (isFields(map)) form[name] = mapValues(map, toFormSchema);
  }
  for (const name of lists) {
    const list = form[name];
    if (Array.isArray(list)) form[name] = list.map(toFormSchema);
  }
  if (isFields(form['additionalProperties'])) {
    form['additionalProperties'] = toFormSchema(form['additionalProperties']);
  }
  if (isFields(form['items'])) form['items'] = toFormSchema(form['items']);
  spreadTuple(form);
  spreadTypes(form);
  describeDefault(form);
  return form;
}

/** Describes an optional default in the help of its field, because the form leaves it to the server. */
function describeDefault(form: Fields): void {
  const { description, default: preset } = form;
  if (preset === undefined || typeof preset === 'object') return;
  const help = `Default: ${typeof preset === 'string' ? preset : JSON.stringify(preset)}.`;
  form['description'] = typeof description === 'string' ? `${description} ${help}` : help;
}

/**
 * Converts the schema of an elicitation, in which a list of choices is a set (specification, "Elicitation", Requested
 * Schema).
 */
export function toAnswerSchema(schema: unknown): RJSFSchema {
  const form = toFormSchema(schema);
  const properties = mapValues(form.properties ?? {}, (property) =>
    isFields(property) && property['type'] === 'array'
      ? { ...property, uniqueItems: true }
      : property,
  );
  return { ...form, properties } as RJSFSchema;
}

/** Converts a tuple of 2020-12 to draft 7. */
function spreadTuple(form: Fields): void {
  const { prefixItems } = form;
  if (!Array.isArray(prefixItems)) return;
  if (form['items'] !== undefined) form['additionalItems'] = form['items'];
  form['items'] = prefixItems.map(toFormSchema);
  delete form['prefixItems'];
}

/** Converts several types to alternatives, between which the form has a choice. */
function spreadTypes(form: Fields): void {
  const { type } = form;
  if (!Array.isArray(type)) return;
  if (type.length === 1) {
    form['type'] = type[0] as unknown;
    return;
  }
  if (form['enum'] !== undefined || form['anyOf'] !== undefined) {
    delete form['type'];
    return;
  }
  const { title, description, default: preset, ...rules } = form;
  for (const key of Object.keys(rules)) delete form[key];
  form['anyOf'] = type.map((one: unknown) => ({ ...rules, type: one, title: String(one) }));
  Object.assign(form, {
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(preset !== undefined && { default: preset }),
  });
}

function mapValues(map: Fields, change: (value: unknown) => unknown): Fields {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
