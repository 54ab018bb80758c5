import type { CanActivate, Type } from '@nestjs/common';
import type { McpContext } from '../context/mcp-context.js';
import type { McpPromptOptions } from '../prompts/mcp-prompt.decorator.js';
import type { McpPromptDefinition } from '../prompts/prompt.primitive.js';
import type { McpResourceOptions } from '../resources/mcp-resource.decorator.js';
import type { McpResourceDefinition } from '../resources/resource.primitive.js';
import type { SchemaSource } from '../schema/to-schema.js';
import type { McpToolOptions } from '../tools/mcp-tool.decorator.js';
import type { McpToolDefinition } from '../tools/tool.primitive.js';

/** What a primitive added at run time does, and what guards it beside the global ones. */
export interface McpRuntimeHandler<Input = never> {
  name: string;
  guards?: (Type<CanActivate> | CanActivate)[];
  /** Runs the primitive; what it returns becomes the result, as of a decorated method. */
  handler: (input: Input, context: McpContext) => unknown;
}

type Declared<Options, Input> = Omit<Options, 'name' | 'servers'> & McpRuntimeHandler<Input>;

/** The primitives of one kind of a running server. */
export interface McpPrimitives<Added, Definition> {
  /**
   * Adds one, through the same pipeline and the same checks as a decorated method; clients are told. The return removes it.
   * Throws `McpConfigurationError`.
   */
  add(primitive: Added): () => void;
  /** All definitions, as a client would see them that may see everything. */
  list(): Definition[];
  /**
   * The definitions that this caller is told of, in the words of its revision: by a request of the application's own routes
   * (its `MCP-Protocol-Version` header; without one it is a legacy caller), or by the context of a call.
   */
  visibleTo(asking: McpContext | object): Promise<Definition[]>;
}

/** What a round trip through a server's own protocol layer found. */
export interface McpServerCounts {
  tools: number;
  /** Templates included. */
  resources: number;
  prompts: number;
  sessions: number;
}

/** One named server, from boot to shutdown: `@InjectMcpServer() server: McpServerRef`. */
export abstract class McpServerRef {
  abstract readonly name: string;
  abstract readonly tools: McpPrimitives<Declared<McpToolOptions, never>, McpToolDefinition>;
  abstract readonly resources: McpPrimitives<
    Declared<McpResourceOptions, never> & { uri: string; input?: SchemaSource },
    McpResourceDefinition
  >;
  abstract readonly prompts: McpPrimitives<Declared<McpPromptOptions, never>, McpPromptDefinition>;
  /** Tells every client that has subscribed to the resource, in every era and over every transport, that it has changed. */
  abstract notifyResourceUpdated(uri: string): void;
  /**
   * Open sessions of this server: `count` of this process, `countAll()` of all its processes (without a backplane the same). It rejects
   * where the backplane cannot be reached.
   */
  abstract readonly sessions: {
    /** Those of this process. */
    readonly count: number;
    /** Those of all processes. */
    countAll(): Promise<number>;
  };
  /** Asks the server for its lists as a client in memory would. Rejects where it does not answer within 5,000 ms. */
  abstract check(): Promise<McpServerCounts>;
}
