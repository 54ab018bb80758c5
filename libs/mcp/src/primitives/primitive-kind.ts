import type { Type } from '@nestjs/common';
import type { ClassTransformOptions } from 'class-transformer';
import type { JsonSchema, McpSchema } from '../schema/mcp.schema.js';
import type { SchemaSource } from '../schema/to-schema.js';
import type { PrimitiveAccess } from '../access/primitive-access.js';
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
  /** What the method is documented to return. */
  readonly returns?: SchemaSource;
  /** Whether that is enforced where the options say nothing of the result. Default `false`. */
  readonly documentedOutputs?: boolean;
  /** How Nest's own serializer is told to write what the method returns. */
  readonly serialization?: ClassTransformOptions;
  /** Whether that serializer runs around the method; asked when the application is complete. */
  readonly serialized?: () => boolean;
  readonly handler: McpHandler;
  readonly access: PrimitiveAccess;
}

/** A method as the explorer found it. */
export interface FoundMethod {
  readonly host: Type;
  readonly name: string;
  readonly callback: object;
  /** The module whose provider or controller the host is. */
  readonly module?: Type;
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
  /** Checks what the kind's decorators say on a class. Throws `McpConfigurationError`. */
  checkHost?(host: Type): void;
  /** The declarations that the kind's decorators left on a method, or on its class. */
  declarationsOf(method: FoundMethod): readonly Options[];
  /** The declarations of a method that the server's options make, where decorators are silent. */
  exposedOf?(method: FoundMethod): readonly Options[];
  /** Checks what those options name, once every method was found. Throws `McpConfigurationError`. */
  checkExposed?(): void;
  /** The options of a declaration with what the method's route says where they are silent; `path` is the route's. */
  withDefaults?(options: Options, callback: object, path: string | undefined): Options;
  /** The input that a declaration itself describes, for methods whose parameters say nothing of it: the variables of a URI. */
  impliedInput?(options: Options): JsonSchema | undefined;
  /** The class whose decorators say how the method's result is written. Throws `McpConfigurationError`. */
  outputClassOf?(
    declared: Pick<
      DeclaredPrimitive<Options>,
      'where' | 'options' | 'returns' | 'documentedOutputs'
    >,
  ): Type | undefined;
  /** Builds the primitive and registers it; the return removes it. Throws `McpConfigurationError`. */
  add(declared: DeclaredPrimitive<Options>): () => void;
  readonly primitives: Iterable<McpPrimitive>;
  readonly size: number;
}
