import type { McpSchemaOptions } from '../schema/input-writer.js';
import type { SchemaSource } from '../schema/to-schema.js';
import type { McpToolView } from '../primitives/app-view.js';
import type { McpPrimitiveOptions } from '../primitives/mcp.primitive.js';
import type { McpObserveOptions } from '../primitives/observe-options.js';
import { createPrimitiveDecorator } from '../primitives/primitive.metadata.js';
import type { InputFits, OutputFits } from './method-fit.js';

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
  /**
   * Schema of the result: becomes `outputSchema`, and what is returned is checked against it. `true`: the type that
   * `@ApiOkResponse()`, swagger's compiler plugin or the return type tells; `false`: none, whatever the module's
   * `documentedOutputs` says.
   */
  output?: SchemaSource | boolean;
  annotations?: McpToolAnnotations;
  /** How the input schema is written, where the module's `schemas` does not fit. */
  schemas?: McpSchemaOptions;
  /** The page that hosts with MCP Apps show for the tool's results: its `ui://` URI, or that and who may call. */
  ui?: string | McpToolView;
  /**
   * A call may become a task (extension Tasks) where the client knows tasks, and goes on after its answer; `required`: who does
   * not know them is refused, `optional`: is answered when the work is done. Default: never.
   */
  task?: 'optional' | 'required';
  /**
   * The handler itself begins the task, by `context.beginTask()`: what it asks before, is asked in the call. Default `false`: the
   * call is a task before the handler runs.
   */
  beginsTask?: boolean;
  /** Whether the events of the module's `observers` carry the input and the result of this tool. Default: what the module's `observe` says. */
  observe?: McpObserveOptions;
}

const { decorate, declarationsOf } = createPrimitiveDecorator<McpToolOptions>('nestjs-mcp:tool');

/** The `@McpTool`s of a method. */
export const methodDeclarationsOf = declarationsOf;

/**
 * What `@McpTool()` gives: TypeScript refuses it on a method that does not take its `input` or return its `output`. A schema
 * whose type is not known (raw JSON Schema, `SchemaSource`) is not compared.
 */
export type McpToolDecorator<Input, Output> = <Method>(
  target: object,
  name: string | symbol,
  // Optional only so that `applyDecorators()` takes it.
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
