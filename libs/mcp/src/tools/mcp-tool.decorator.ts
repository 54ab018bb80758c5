import type { SchemaSource } from '../schema/to-schema.js';
import type { McpPrimitiveOptions } from '../primitives/mcp.primitive.js';
import { createPrimitiveDecorator } from '../primitives/primitive.metadata.js';

/** Hints for the client about what a tool does; nothing enforces them. */
export interface McpToolAnnotations {
  title?: string;
  readOnlyHint?: boolean;
  destructiveHint?: boolean;
  idempotentHint?: boolean;
  openWorldHint?: boolean;
}

/** How a tool is declared. */
export interface McpToolOptions extends McpPrimitiveOptions {
  /** Schema of the input where the method's own parameters do not say it. */
  input?: SchemaSource;
  /** Schema of the result: becomes `outputSchema`, and what is returned is checked against it. */
  output?: SchemaSource;
  annotations?: McpToolAnnotations;
}

const { decorate, declarationsOf } = createPrimitiveDecorator<McpToolOptions>('nestjs-mcp:tool');

/** The `@McpTool`s of a method. */
export const toolDeclarationsOf = declarationsOf;

/** Offers a method of a provider or controller as a tool that the model may call. */
export function McpTool(options: McpToolOptions = {}): MethodDecorator {
  return decorate(options);
}
