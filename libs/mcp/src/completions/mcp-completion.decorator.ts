import type { McpPrimitiveOptions } from '../primitives/mcp.primitive.js';
import { createPrimitiveDecorator } from '../primitives/primitive.metadata.js';

/** What is completed: an argument of a prompt, or a variable of a resource template. */
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

/** How a completion is declared. */
export type McpCompletionOptions = McpCompletionTarget &
  Pick<McpPrimitiveOptions, 'servers' | 'timeout'>;

const { decorate, declarationsOf } =
  createPrimitiveDecorator<McpCompletionOptions>('nestjs-mcp:completion');

/** The `@McpCompletion`s of a method. */
export const completionDeclarationsOf = declarationsOf;

/**
 * On a method `(value: string, context: McpContext) => string[]`: what an argument may go on with. Enums need none: their values
 * are completed without code. The first 100 are sent.
 */
export function McpCompletion(options: McpCompletionOptions): MethodDecorator {
  return decorate(options);
}
