import type { McpPrimitiveOptions } from '../primitives/mcp.primitive.js';
import { createPrimitiveDecorator } from '../primitives/primitive.metadata.js';
import type { SchemaSource } from '../schema/to-schema.js';

/** How a prompt is declared. */
export interface McpPromptOptions extends McpPrimitiveOptions {
  /** Schema of the arguments where the method's own parameters do not say it. */
  input?: SchemaSource;
}

const { decorate, declarationsOf } =
  createPrimitiveDecorator<McpPromptOptions>('nestjs-mcp:prompt');

/** The `@McpPrompt`s of a method. */
export const promptDeclarationsOf = declarationsOf;

/** Offers a method as a prompt that the user may choose. */
export function McpPrompt(options: McpPromptOptions = {}): MethodDecorator {
  return decorate(options);
}
