import type { McpPrimitiveOptions } from '../primitives/mcp.primitive.js';
import { createPrimitiveDecorator } from '../primitives/primitive.metadata.js';

/** The target of a completion: an argument of a prompt, or a variable of a resource template. */
export type McpCompletionTarget =
  | {
      /** Name of the prompt, as clients see it. */
      prompt: string;
      argument: string;
    }
  | {
      /** URI template of the resource. */
      resource: string;
      argument: string;
    };

/** Options of `@McpCompletion`. */
export type McpCompletionOptions = McpCompletionTarget &
  Pick<McpPrimitiveOptions, 'servers' | 'timeout'>;

const { decorate, declarationsOf } =
  createPrimitiveDecorator<McpCompletionOptions>('nestjs-mcp:completion');

/** The `@McpCompletion` declarations of a method. */
export const completionDeclarationsOf = declarationsOf;

/**
 * Marks a method `(value: string, context: McpContext) => string[]` that suggests values of an argument. Enums need
 * none: their values are completed without code. The first 100 values are sent.
 */
export function McpCompletion(options: McpCompletionOptions): MethodDecorator {
  return decorate(options);
}
