import type { McpSchemaOptions } from '../schema/input-writer.js';
import type { SchemaSource } from '../schema/to-schema.js';
import type { McpToolView } from '../primitives/app-view.js';
import type { McpPrimitiveOptions } from '../primitives/mcp.primitive.js';
import type { McpObserveOptions } from '../primitives/observe-options.js';
import { createPrimitiveDecorator } from '../primitives/primitive.metadata.js';
import type { InputFits, OutputFits } from './method-fit.js';

/** Hints for the client on the behaviour of a tool. They are not enforced. */
export interface McpToolAnnotations {
  title?: string;
  readOnlyHint?: boolean;
  destructiveHint?: boolean;
  idempotentHint?: boolean;
  openWorldHint?: boolean;
}

/** Options of `@McpTool`. */
export interface McpToolOptions extends McpPrimitiveOptions {
  /** Schema of the input, if the method's own parameters do not describe it. */
  input?: SchemaSource;
  /**
   * Schema of the result. It becomes `outputSchema`, and results are checked against it. `true` takes the type from
   * `@ApiOkResponse()`, swagger's compiler plugin or the return type; `false` means none, even with the module's
   * `documentedOutputs`.
   */
  output?: SchemaSource | boolean;
  annotations?: McpToolAnnotations;
  /** How the input schema is written, in place of the module's `schemas`. */
  schemas?: McpSchemaOptions;
  /**
   * The page that hosts with MCP Apps show for the tool's results: its `ui://` URI, or an object with the URI and the
   * allowed callers of the tool.
   */
  ui?: string | McpToolView;
  /**
   * Whether calls may become tasks (extension Tasks), which go on after they have been answered. With `required`,
   * clients without support for tasks are refused; with `optional`, they are answered when the work is done. Default:
   * never.
   */
  task?: 'optional' | 'required';
  /**
   * The handler begins the task itself, by `context.beginTask()`; questions before that are asked within the call.
   * Default `false`: the call is a task before the handler runs.
   */
  beginsTask?: boolean;
  /**
   * Whether the events for the module's `observers` contain the input and the result of this tool. Default: the
   * module's `observe`.
   */
  observe?: McpObserveOptions;
}

const { decorate, declarationsOf } = createPrimitiveDecorator<McpToolOptions>('nestjs-mcp:tool');

/** The `@McpTool` declarations of a method. */
export const methodDeclarationsOf = declarationsOf;

/**
 * The type of `@McpTool()`. TypeScript reports an error on a method that does not accept its `input` or return its
 * `output`. A schema of unknown type (raw JSON Schema, `SchemaSource`) is not compared.
 */
export type McpToolDecorator<Input, Output> = <Method>(
  target: object,
  name: string | symbol,
  // Optional only so that `applyDecorators()` accepts it.
  descriptor?: TypedPropertyDescriptor<Method> &
    InputFits<Method, Input> &
    OutputFits<Method, Output>,
) => void;

/** Offers a method of a provider or controller as a tool that the model may call. */
export function McpTool<
  Input extends SchemaSource = SchemaSource,
  Output extends SchemaSource | boolean = SchemaSource,
>(
  options: McpToolOptions & { input?: Input; output?: Output } = {},
): McpToolDecorator<Input, Output> {
  return decorate(options) as McpToolDecorator<Input, Output>;
}
