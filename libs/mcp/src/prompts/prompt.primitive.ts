import { McpConfigurationError } from '../errors/configuration.error.js';
import type { McpHandler, McpPrimitive } from '../primitives/mcp.primitive.js';
import type { DeclaredPrimitive } from '../primitives/primitive.kind.js';
import type { JsonSchema } from '../schema/mcp.schema.js';
import type { McpPromptOptions } from './mcp-prompt.decorator.js';

/** A prompt as clients see it in `prompts/list`. */
export interface McpPromptDefinition {
  name: string;
  title?: string;
  description?: string;
  arguments?: { name: string; title?: string; description?: string; required?: boolean }[];
  icons?: object[];
  _meta?: Record<string, unknown>;
}

/** One prompt: its definition, and how to get it. */
export interface PromptPrimitive extends McpPrimitive {
  readonly definition: McpPromptDefinition;
  readonly input: JsonSchema;
  readonly handler: McpHandler;
  /** ms */
  readonly timeout?: number;
}

const legalName = /^[A-Za-z0-9_.-]{1,128}$/;

/** Makes a prompt of a declared method. Throws `McpConfigurationError` for an illegal name. */
export function createPrompt(declared: DeclaredPrimitive<McpPromptOptions>): PromptPrimitive {
  const { where, name, options, input } = declared;
  if (!legalName.test(name)) {
    throw new McpConfigurationError(
      where,
      `'${name}' is not a legal prompt name.`,
      'Use 1 to 128 of A-Z a-z 0-9 _ . - in @McpPrompt({ name }).',
    );
  }
  const properties = (input.json.properties ?? {}) as Record<string, JsonSchema>;
  const required = (input.json.required ?? []) as string[];
  const args = Object.entries(properties).map(([argument, schema]) => ({
    name: argument,
    ...(typeof schema.title === 'string' && { title: schema.title }),
    ...(typeof schema.description === 'string' && { description: schema.description }),
    required: required.includes(argument),
  }));
  return {
    key: name,
    where,
    access: declared.access,
    definition: {
      name,
      ...(options.title !== undefined && { title: options.title }),
      ...(options.description !== undefined && { description: options.description }),
      ...(args.length > 0 && { arguments: args }),
      ...(options.icons && { icons: options.icons }),
      ...(options.meta && { _meta: options.meta }),
    },
    input: input.json,
    handler: declared.handler,
    timeout: options.timeout,
    cache: options.cache,
    requires: options.requires,
  };
}
