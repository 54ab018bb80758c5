import type { Type } from '@nestjs/common';
import type { ClassTransformOptions } from 'class-transformer';
import type { JsonSchema, McpSchema } from '../schema/mcp.schema.js';
import type { SchemaSource } from '../schema/to-schema.js';
import type { PrimitiveAccess } from '../access/primitive-access.js';
import type { McpHandler, McpPrimitive, McpPrimitiveOptions } from './mcp.primitive.js';
import type { MethodSet } from './method-table.js';

/** A declared method with everything that creating its primitive needs. */
export interface DeclaredPrimitive<Options extends McpPrimitiveOptions> {
  /** `Class.method`. */
  readonly where: string;
  /** The name before the kind's own default: from the options, else from the method, with the group's prefix. */
  readonly name: string;
  readonly options: Options;
  readonly input: McpSchema;
  /** The documented return type of the method. */
  readonly returns?: SchemaSource;
  /** Whether that type is enforced if the options do not declare an output. Default `false`. */
  readonly documentedOutputs?: boolean;
  /** The options of Nest's own serializer for the method's result. */
  readonly serialization?: ClassTransformOptions;
  /** Whether that serializer runs around the method; evaluated when the application is complete. */
  readonly serialized?: () => boolean;
  readonly handler: McpHandler;
  readonly access: PrimitiveAccess;
}

/** A method found by the explorer. */
export interface FoundMethod {
  readonly host: Type;
  readonly name: string;
  readonly callback: object;
  /** The module of the provider or controller. */
  readonly module?: Type;
}

/**
 * A kind of primitives (tools, resources, prompts) of one server. The explorer and the engines only use this interface,
 * so that a new kind is a new folder.
 */
export interface PrimitiveKind<
  Options extends McpPrimitiveOptions = McpPrimitiveOptions,
> extends MethodSet {
  readonly noun: 'tool' | 'resource' | 'prompt' | 'completion';
  /** Whether the first parameter of its methods is a text (`value` of the input), not the whole input. */
  readonly takesText?: boolean;
  /** Checks the kind's decorators on a class. Throws `McpConfigurationError`. */
  checkHost?(host: Type): void;
  /** The declarations of the kind's decorators on a method, or on its class. */
  declarationsOf(method: FoundMethod): readonly Options[];
  /** The declarations of a method from the server's options, if it has no decorators. */
  exposedOf?(method: FoundMethod): readonly Options[];
  /**
   * Checks the names in those options and in declarations, after all methods have been found. Throws
   * `McpConfigurationError`.
   */
  checkNames?(): void;
  /** Completes the options of a declaration from the method's route; `path` is the route's. */
  withDefaults?(options: Options, callback: object, path: string | undefined): Options;
  /**
   * The input schema that a declaration itself implies (the variables of a URI), for methods whose parameters do not
   * describe it.
   */
  impliedInput?(options: Options): JsonSchema | undefined;
  /** The class whose decorators determine how the method's result is serialised. Throws `McpConfigurationError`. */
  outputClassOf?(
    declared: Pick<
      DeclaredPrimitive<Options>,
      'where' | 'options' | 'returns' | 'documentedOutputs'
    >,
  ): Type | undefined;
  /** Creates and registers the primitive; the returned function removes it. Throws `McpConfigurationError`. */
  add(declared: DeclaredPrimitive<Options>): () => void;
  readonly primitives: Iterable<McpPrimitive>;
  readonly size: number;
}
