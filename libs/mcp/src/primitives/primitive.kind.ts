import type { McpSchema } from '../schema/mcp.schema.js';
import type { McpHandler, McpPrimitive, McpPrimitiveOptions } from './mcp.primitive.js';
import type { MethodSet } from './method-table.js';

/** A declared method, ready to become a primitive. */
export interface DeclaredPrimitive<Options extends McpPrimitiveOptions> {
  /** `Class.method`. */
  readonly where: string;
  /** The name without the kind's own default: from the options, else the method, with the group's prefix. */
  readonly name: string;
  readonly options: Options;
  readonly input: McpSchema;
  readonly handler: McpHandler;
}

/**
 * A kind of primitives (tools, resources, prompts) of one server. The explorer and the engines know no more of it than this,
 * so that a new kind is a new folder.
 */
export interface PrimitiveKind<
  Options extends McpPrimitiveOptions = McpPrimitiveOptions,
> extends MethodSet {
  readonly noun: 'tool' | 'resource' | 'prompt' | 'completion';
  /** The first parameter of its methods is a text (`value` of the input), not the whole input. */
  readonly takesText?: boolean;
  /** The declarations that the kind's decorator left on a method. */
  declarationsOf(method: object): readonly Options[];
  /** Builds the primitive and registers it; the return removes it. Throws `McpConfigurationError`. */
  add(declared: DeclaredPrimitive<Options>): () => void;
  readonly primitives: Iterable<McpPrimitive>;
  readonly size: number;
}
