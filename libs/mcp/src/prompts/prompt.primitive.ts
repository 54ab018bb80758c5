import { assertLegalName } from '../primitives/legal-name.js';
import type { McpHandler, McpPrimitive } from '../primitives/mcp.primitive.js';
import type { DeclaredPrimitive } from '../primitives/primitive-kind.js';
import { checkPropertyNames } from '../schema/prototype-keys.js';
import type { JsonSchema } from '../schema/mcp.schema.js';
import type { McpPromptOptions } from './mcp-prompt.decorator.js';
import { keepJson } from '../protocol/kept-json.js';

/** A prompt as clients see it in `prompts/list`. */
export interface McpPromptDefinition {
  name: string;
  title?: string;
  description?: string;
  arguments?: { name: string; title?: string; description?: string; required?: boolean }[];
  icons?: object[];
  _meta?: Record<string, unknown>;
}

/** A prompt: its definition, and how to get it. */
export interface PromptPrimitive extends McpPrimitive {
  readonly definition: McpPromptDefinition;
  readonly input: JsonSchema;
  readonly handler: McpHandler;
  /** ms */
  readonly timeout?: number;
}

/** Creates the prompt of a declared method. Throws `McpConfigurationError` for an illegal name. */
export function createPrompt(declared: DeclaredPrimitive<McpPromptOptions>): PromptPrimitive {
  const { where, name, options, input } = declared;
  assertLegalName('prompt', name, where);
  checkPropertyNames(input.json, where);
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
    definition: keepJson({
      name,
      ...(options.title !== undefined && { title: options.title }),
      ...(options.description !== undefined && { description: options.description }),
      ...(args.length > 0 && { arguments: args }),
      ...(options.icons && { icons: options.icons }),
      ...(options.meta && { _meta: options.meta }),
    }),
    input: input.json,
    handler: declared.handler,
    timeout: options.timeout,
    cache: options.cache,
    requires: options.requires,
  };
}
