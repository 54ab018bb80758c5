import type { Type } from '@nestjs/common';
import { McpConfigurationError } from '../errors/configuration.error.js';
import { isAppUri, type McpToolView } from '../primitives/app-view.js';
import { assertLegalName } from '../primitives/legal-name.js';
import { toJsonValue } from '../primitives/json-value.js';
import type { McpHandler, McpPrimitive } from '../primitives/mcp.primitive.js';
import type { McpObserveOptions } from '../primitives/observe-options.js';
import type { DeclaredPrimitive } from '../primitives/primitive-kind.js';
import { isDtoClass } from '../schema/dto/dto-property.js';
import { compileJsonSchema } from '../schema/json-schema-validator.js';
import type { WrittenSchema } from '../schema/input-writer.js';
import type { JsonSchema, McpSchema } from '../schema/mcp.schema.js';
import { checkPropertyNames } from '../schema/prototype-keys.js';
import { withoutExcluded } from '../schema/dto/serialized-dto.js';
import { carriedSchemaOf } from '../schema/standard.schema.js';
import { toSchema, type SchemaSource } from '../schema/to-schema.js';
import type { HeaderParam } from '../transports/mcp.transport.js';
import type { McpToolOptions } from './mcp-tool.decorator.js';
import { headerParamsOf, withPlainHeaders } from './tool-headers.js';
import { keepJson } from '../protocol/kept-json.js';

/** A tool as clients see it in `tools/list`. */
export interface McpToolDefinition {
  name: string;
  title?: string;
  description?: string;
  inputSchema: JsonSchema;
  outputSchema?: JsonSchema;
  annotations?: object;
  icons?: object[];
  _meta?: Record<string, unknown>;
}

/** A tool: its definition, and how to run it. */
export interface ToolPrimitive extends McpPrimitive {
  readonly definition: McpToolDefinition;
  /** The definition for revisions that allow only objects as structured content. */
  readonly legacyDefinition: McpToolDefinition;
  readonly output?: McpSchema;
  /** Inputs that requests of the modern era repeat in headers. */
  readonly headers: readonly HeaderParam[];
  readonly handler: McpHandler;
  /** ms */
  readonly timeout?: number;
  readonly task?: McpToolOptions['task'];
  readonly beginsTask: boolean;
  /** Whether the events of its calls contain input and result, in addition to the module's setting. */
  readonly observe?: McpObserveOptions;
}

/**
 * Creates the tool of a declared method; `written` is its input schema in the form that clients see. Throws
 * `McpConfigurationError` for an illegal name or an unusable schema.
 */
export function createTool(
  declared: DeclaredPrimitive<McpToolOptions>,
  written: WrittenSchema,
): ToolPrimitive {
  const { where, name, options, input } = declared;
  assertLegalName('tool', name, where);
  checkPropertyNames(input.json, where);
  if (input.json.type !== 'object') {
    throw new McpConfigurationError(
      where,
      `the input schema of a tool must be of type 'object', not '${String(input.json.type)}'.`,
      'Wrap the value: an object schema with one property.',
    );
  }
  if (options.beginsTask && !options.task) {
    throw new McpConfigurationError(
      where,
      'beginsTask is for tools that may become a task.',
      "Say task: 'optional' or 'required' too.",
    );
  }
  const output = outputOf(declared);
  const inputSchema = withPlainHeaders(written.json);
  const definition = keepJson({
    name,
    ...(options.title !== undefined && { title: options.title }),
    ...(options.description !== undefined && { description: options.description }),
    inputSchema,
    ...(output && { outputSchema: output.json }),
    ...(options.annotations && { annotations: options.annotations }),
    ...(options.icons && { icons: options.icons }),
    ...metaOf(options, where),
  });
  return {
    key: name,
    where,
    access: declared.access,
    definition,
    legacyDefinition:
      output && output.json.type !== 'object'
        ? keepJson({ ...definition, outputSchema: wrapResult(output.json) })
        : definition,
    output,
    headers: headerParamsOf(inputSchema, where),
    handler: declared.handler,
    timeout: options.timeout,
    task: options.task,
    beginsTask: options.beginsTask === true,
    cache: options.cache,
    requires: options.requires,
    observe: options.observe,
  };
}

/** The schema of the result. A DTO class also serialises results; other schemas only check the JSON. */
function outputOf(declared: DeclaredPrimitive<McpToolOptions>): McpSchema | undefined {
  const { serialization, serialized, where } = declared;
  const source = outputSourceOf(declared);
  if (source === undefined) return undefined;
  const schema = toSchema(source, { io: 'output', where, serialization });
  const { json } = schema;
  const [item]: readonly unknown[] = Array.isArray(source) ? source : [source];
  if (typeof item !== 'function' || carriedSchemaOf(item)) {
    return { json, validate: (value) => schema.validate(toJsonValue(value)) };
  }
  if (!serialized || !isDtoClass(item)) return schema;
  const validate = compileJsonSchema(json, where, { formats: false });
  return {
    json,
    validate: (value) =>
      serialized()
        ? validate(withoutExcluded(toJsonValue(value), item, serialization))
        : schema.validate(value),
  };
}

/** The class of a tool's output, or of the items if the output is a list. */
export function outputClassOf(
  declared: Pick<
    DeclaredPrimitive<McpToolOptions>,
    'where' | 'options' | 'returns' | 'documentedOutputs'
  >,
): Type | undefined {
  const source: unknown = outputSourceOf(declared);
  const [item]: readonly unknown[] = Array.isArray(source) ? source : [source];
  return isDtoClass(item) && !carriedSchemaOf(item) ? item : undefined;
}

/** The declared output, or the documented one if `documentedOutputs` is set. */
function outputSourceOf({
  where,
  options: { output },
  returns,
  documentedOutputs = false,
}: Parameters<typeof outputClassOf>[0]): SchemaSource | undefined {
  if (typeof output === 'object' || typeof output === 'function') return output;
  if (output === true && returns === undefined) {
    throw new McpConfigurationError(
      where,
      'output: true asks for the documented result, but neither @ApiOkResponse({ type }) nor the return type says what it is.',
      'Add @ApiOkResponse({ type }), or give output the class or schema itself.',
    );
  }
  return (output ?? documentedOutputs) ? returns : undefined;
}

/** Definitions stay at the root, because the references inside point there. */
function wrapResult({ $defs, ...json }: JsonSchema): JsonSchema {
  return {
    type: 'object',
    properties: { result: json },
    required: ['result'],
    ...($defs !== undefined && { $defs }),
  };
}

function metaOf({ ui, meta }: McpToolOptions, where: string): { _meta?: Record<string, unknown> } {
  if (ui === undefined) return meta ? { _meta: meta } : {};
  const { resource, visibility }: McpToolView = typeof ui === 'string' ? { resource: ui } : ui;
  if (!isAppUri(resource)) {
    throw new McpConfigurationError(
      where,
      `'${resource}' is not the URI of a page.`,
      "Give ui the URI of a resource of this server that begins with 'ui://'.",
    );
  }
  return { _meta: { ...meta, ui: { resourceUri: resource, ...(visibility && { visibility }) } } };
}
