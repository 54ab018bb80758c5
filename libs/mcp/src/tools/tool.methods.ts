import type { LoggerService } from '@nestjs/common';
import type { McpCall } from '../context/mcp-call.js';
import { McpContext } from '../context/mcp-context.js';
import { assertAnswerable } from '../context/mcp-question.js';
import { ErrorCode, ProtocolError } from '../errors/protocol.error.js';
import type { AccessGate } from '../access/access-gate.js';
import type { TargetTable } from '../access/primitive-access.js';
import { writeInputSchema } from '../schema/input-writer.js';
import type { MethodTable } from '../primitives/method-table.js';
import { isFilterAnswer } from '../errors/filter-answer.js';
import { logMasked } from '../errors/public-error.js';
import type {
  DeclaredPrimitive,
  FoundMethod,
  PrimitiveKind,
} from '../primitives/primitive-kind.js';
import type { CollectedBytes } from '../primitives/collected-bytes.js';
import { PrimitiveRegistry } from '../primitives/primitive.registry.js';
import { toPublicError, toReturnedError, type PublicError } from '../primitives/public-error.js';
import { text } from '../primitives/content.js';
import { wholeValue } from '../primitives/whole-value.js';
import type { HeaderParam } from '../transports/mcp.transport.js';
import type { McpToolOptions } from './mcp-tool.decorator.js';
import { checkSelection, toolDeclarationsOf } from './mcp-tools.decorator.js';
import { withRouteDefaults } from './route-defaults.js';
import { appsExtension } from '../primitives/app-view.js';
import { cacheFields } from '../primitives/cache-hint.js';
import { withoutPrototypeKeys } from '../schema/prototype-keys.js';
import { tasksMissing } from '../tasks/tasks-extension.js';
import {
  createTool,
  outputClassOf,
  type McpToolDefinition,
  type ToolPrimitive,
} from './tool.primitive.js';
import { ExposedRoutes } from './exposed-routes.js';
import type { ToolSettings } from './tool-settings.js';
import { providerAdvice } from './provider-advice.js';
import { lostResult, toToolResult, type McpToolResult } from './tool.result.js';

/** The tools of one server: `tools/list` and `tools/call` (specification, server/tools). */
export class ToolMethods implements PrimitiveKind<McpToolOptions> {
  readonly noun = 'tool';
  readonly checkHost = checkSelection;
  readonly declarationsOf = toolDeclarationsOf;
  readonly withDefaults = withRouteDefaults;
  readonly outputClassOf = outputClassOf;
  readonly methods: MethodTable = {
    'tools/list': (_params, call) => this.list(call),
    'tools/call': (params, call) => this.call(params, call),
  };
  readonly targets: TargetTable = { 'tools/call': ({ name }) => this.named(name) };
  private readonly exposed: ExposedRoutes;
  private readonly registry = new PrimitiveRegistry<ToolPrimitive>('tool');

  constructor(
    private readonly logger: LoggerService,
    private readonly gate: AccessGate,
    private readonly collected: CollectedBytes,
    private readonly settings: ToolSettings,
  ) {
    this.exposed = new ExposedRoutes(settings.routes);
  }

  exposedOf(method: FoundMethod): readonly McpToolOptions[] {
    return this.exposed.declarationsOf(method, toolDeclarationsOf(method).length > 0);
  }

  checkNames(): void {
    this.exposed.check();
  }

  add(declared: DeclaredPrimitive<McpToolOptions>): () => void {
    const written = writeInputSchema(declared.input.json, {
      ...this.settings.schemas,
      ...declared.options.schemas,
    });
    const tool = createTool(declared, written);
    const remove = this.registry.add(tool);
    for (const [advice, subject] of providerAdvice(tool.definition, written.nulls)) {
      this.settings.advice.give(advice, subject);
    }
    return remove;
  }

  get primitives(): readonly ToolPrimitive[] {
    return this.registry.all();
  }

  get size(): number {
    return this.registry.size;
  }

  /** The definitions as a client of the newest revision sees them. */
  definitions(): McpToolDefinition[] {
    return this.registry.all().map((tool) => tool.definition);
  }

  /** The definitions that this caller may see. */
  async definitionsFor(call: McpCall): Promise<McpToolDefinition[]> {
    const tools = await this.gate.listed(this.registry.all(), call);
    return tools.map((tool) => toldTo(call, tool));
  }

  /** The inputs of a tool that requests repeat in headers; empty for an unknown tool. */
  headersOf(name: string): readonly HeaderParam[] {
    return this.registry.get(name)?.headers ?? [];
  }

  capabilities(): Record<string, object> {
    const hasViews = this.registry.all().some(({ definition }) => definition._meta?.ui);
    return {
      tools: { listChanged: true },
      ...(hasViews && { extensions: { [appsExtension]: {} } }),
    };
  }

  /** Whether any tool may become a task. */
  get hasTasks(): boolean {
    return this.registry.all().some(({ task }) => task);
  }

  /** Whether the tool exists for this caller. Throws `InsufficientScopeError`. */
  async admits(name: string, call: McpCall): Promise<boolean> {
    return (await this.gate.admit(this.named(name), call)) !== undefined;
  }

  onChange(listener: (notification: string) => void): void {
    this.registry.onChange(() => listener('notifications/tools/list_changed'));
  }

  private async list(call: McpCall): Promise<object> {
    const tools = await this.gate.listed(this.registry.all(), call);
    return {
      tools: tools.map((tool) => toldTo(call, tool)),
      ...cacheFields(call.era, tools),
    };
  }

  private async call(params: Readonly<Record<string, unknown>>, call: McpCall): Promise<object> {
    const { name, arguments: input = {} } = params;
    const tool = await this.gate.admit(this.named(name), call);
    if (!tool) {
      const message = `Unknown tool: ${String(name).slice(0, 128)}`;
      throw new ProtocolError(ErrorCode.invalidParams, message);
    }
    if (typeof input !== 'object' || input === null || Array.isArray(input)) {
      throw new ProtocolError(ErrorCode.invalidParams, 'arguments must be an object');
    }
    assertAnswerable(call.client, tool.requires);
    if (tool.task === 'required' && !call.beginTask) throw tasksMissing();
    if (tool.timeout !== undefined) call.limitTime(tool.timeout);
    if (tool.task && !tool.beginsTask) await call.beginTask?.(tool.key);
    return await this.run(tool, withoutPrototypeKeys(input), call);
  }

  /** The tool of that name, in a list that is empty if there is none. */
  named(name: unknown): ToolPrimitive[] {
    const tool = typeof name === 'string' ? this.registry.get(name) : undefined;
    return tool ? [tool] : [];
  }

  private async run(tool: ToolPrimitive, input: object, call: McpCall): Promise<McpToolResult> {
    const context = new McpContext(call, {
      primitive: { kind: 'tool', name: tool.key },
      ...(tool.task && { beginTask: async () => call.beginTask?.(tool.key) }),
    });
    let value: unknown;
    try {
      const returned = await tool.handler(input, context, call);
      value = await wholeValue(returned, context, this.collected);
    } catch (error) {
      if (error instanceof ProtocolError) throw error;
      call.failed?.(error);
      return toErrorResult(toPublicError(error, this.logger, tool.where, call.signal));
    }
    try {
      return await toToolResult(value, {
        name: tool.key,
        output: tool.output,
        protocolVersion: call.protocolVersion,
        era: call.era,
      });
    } catch (error) {
      if (isFilterAnswer(context)) return toErrorResult(toReturnedError(value));
      const errorId = logMasked(error, this.logger, tool.where);
      call.failed?.(error, errorId);
      return { content: [text(hasRun(errorId, tool))], isError: true };
    }
  }
}

function toErrorResult({ text: said, status, data }: PublicError): McpToolResult {
  const meta = {
    ...(status !== undefined && { 'nestjs-mcp/status': status }),
    ...(data !== undefined && { 'nestjs-mcp/data': data }),
  };
  return {
    content: [text(said)],
    isError: true,
    ...(Object.keys(meta).length > 0 && { _meta: meta }),
  };
}

/** The method has returned, so its side effects have happened: a model that took this for a failed call would repeat them. */
function hasRun(id: string, { output }: ToolPrimitive): string {
  return output
    ? `${lostResult} and is lost. The call must not be repeated: what the tool does is done already (${id})`
    : `Internal error (${id}): the tool has run, but its result cannot be written and is lost. The call must not be repeated: what the tool does is done already.`;
}

/** The definition of a tool for the caller's revision. */
function toldTo({ era }: McpCall, tool: ToolPrimitive): McpToolDefinition {
  return era === 'legacy' ? tool.legacyDefinition : tool.definition;
}
