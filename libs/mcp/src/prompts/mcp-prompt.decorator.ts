import type { McpPrimitiveOptions } from '../primitives/mcp.primitive.js';
import { createPrimitiveDecorator } from '../primitives/primitive.metadata.js';
import type { SchemaSource } from '../schema/to-schema.js';

/** Options of `@McpPrompt`. */
export interface McpPromptOptions extends McpPrimitiveOptions {
  /** Schema of the arguments, if the method's own parameters do not describe them. */
  input?: SchemaSource;
}

const { decorate, declarationsOf } =
  createPrimitiveDecorator<McpPromptOptions>('nestjs-mcp:prompt');

/** The `@McpPrompt` declarations of a method. */
export const promptDeclarationsOf = declarationsOf;

/** Exposes a method as a prompt that the user may choose. */
export function McpPrompt(options: McpPromptOptions = {}): MethodDecorator {
  return decorate(options);
}
