import type { CanActivate, Type } from '@nestjs/common';
import type { McpContext } from '../context/mcp-context.js';
import type { McpPromptOptions } from '../prompts/mcp-prompt.decorator.js';
import type { McpPromptDefinition } from '../prompts/prompt.primitive.js';
import type { McpResourceOptions } from '../resources/mcp-resource.decorator.js';
import type { McpResourceDefinition } from '../resources/resource.primitive.js';
import type { SchemaSource } from '../schema/to-schema.js';
import type { McpToolOptions } from '../tools/mcp-tool.decorator.js';
import type { DescribedInput } from '../tools/method-fit.js';
import type { McpToolDefinition } from '../tools/tool.primitive.js';

/** The handler of a primitive that is added at run time, and its enhancers in addition to the global ones. */
// oxlint-disable-next-line typescript/no-explicit-any -- the type of the input is that of a schema that is not known here.
export interface McpRuntimeHandler<Input = any> {
  name: string;
  guards?: (Type<CanActivate> | CanActivate)[];
  /** Runs the primitive. The returned value becomes the result, as for a decorated method. */
  handler(input: Input, context: McpContext): unknown;
}

type Declared<Options> = Omit<Options, 'name' | 'servers'> & McpRuntimeHandler;

/** `add` for handlers whose parameters have no types of their own: they get those that `input` describes. */
interface Inferring<Options> {
  /**
   * Adds a primitive, with the same pipeline and the same checks as a decorated method, and notifies clients. The
   * returned function removes it. Throws `McpConfigurationError`.
   */
  add<Input extends SchemaSource = SchemaSource>(
    primitive: Omit<Options, 'name' | 'servers' | 'input'> & { input?: Input } & McpRuntimeHandler<
        DescribedInput<Input>
      >,
  ): () => void;
}

/** The primitives of one kind of a running server. */
export interface McpPrimitives<Added, Definition> {
  /**
   * Adds a primitive, with the same pipeline and the same checks as a decorated method, and notifies clients. The
   * returned function removes it. Throws `McpConfigurationError`.
   */
  add(primitive: Added): () => void;
  /** All definitions, as a client with access to everything would see them. */
  list(): Definition[];
  /**
   * The definitions that this caller may see, in the form of its revision. Pass a request of the application's own
   * routes (its revision is in its `MCP-Protocol-Version` header; without one it counts as legacy), or the context of a
   * call.
   */
  visibleTo(asking: McpContext | object): Promise<Definition[]>;
}

/** With types of its own a handler may take anything: its input is checked by the schema when it is called. */
type Adding<Options, Definition> = Inferring<Options> &
  McpPrimitives<Declared<Options>, Definition>;

/** The number of primitives that `check()` has found. */
export interface McpServerCounts {
  tools: number;
  /** Resources and templates. */
  resources: number;
  prompts: number;
  sessions: number;
}

/** A running server, by name: `@InjectMcpServer() server: McpServerRef`. */
export abstract class McpServerRef {
  abstract readonly name: string;
  abstract readonly tools: Adding<McpToolOptions, McpToolDefinition>;
  abstract readonly resources: Adding<McpResourceOptions & { uri: string }, McpResourceDefinition>;
  abstract readonly prompts: Adding<McpPromptOptions, McpPromptDefinition>;
  /**
   * Notifies every client that has subscribed to the resource, in every era and over every transport, of its change.
   */
  abstract notifyResourceUpdated(uri: string): void;
  /**
   * The number of open sessions of this server: `count` in this process, `countAll()` in all its processes (without a
   * backplane the same). `countAll()` rejects if the backplane cannot be reached.
   */
  abstract readonly sessions: {
    /** In this process. */
    readonly count: number;
    /** In all processes. */
    countAll(): Promise<number>;
  };
  /** Requests the server's lists like an in-memory client. Rejects if the server does not answer within 5,000 ms. */
  abstract check(): Promise<McpServerCounts>;
}
