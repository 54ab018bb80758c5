import {
  Logger,
  ValidationPipe,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type ValidationPipeOptions,
} from '@nestjs/common';
import type { ApplicationConfig, ExternalContextCreator, ModulesContainer } from '@nestjs/core';
import { PrimitiveExplorer } from '../discovery/primitive.explorer.js';
import { LegacyEngine } from '../engines/legacy.engine.js';
import { HandlerFactory } from '../execution/handler.factory.js';
import { createInputPipe, type InputPipe } from '../execution/validation.pipe.js';
import type { McpModuleOptions } from '../mcp.options.js';
import { PromptMethods } from '../prompts/prompt.methods.js';
import { ResourceMethods } from '../resources/resource.methods.js';
import { ToolMethods } from '../tools/tool.methods.js';
import type { TransportDefinition, TransportEntry } from '../transports/mcp.transport.js';
import type { McpServerRef } from './mcp-server.ref.js';
import { RuntimePrimitives, type RuntimeSettings } from './runtime.primitives.js';
import { checkServer } from './server.check.js';
import { ServerTransports, type TransportDoors } from './server.transports.js';

/** What a server takes from Nest's container, and from its guards. */
export interface ServerParts {
  readonly authOf: TransportDoors['authOf'];
  readonly modules: ModulesContainer;
  readonly config: ApplicationConfig;
  readonly creator: ExternalContextCreator;
}

/** One server from boot to shutdown: finds its primitives, serves them over its transports, and lets go of everything. */
export class RunningServer implements OnApplicationBootstrap, OnModuleDestroy {
  /** What the application sees of it. */
  readonly ref: McpServerRef;
  private readonly logger: Logger;
  private readonly kinds;
  private readonly engine: LegacyEngine;
  private readonly transports: ServerTransports;
  private readonly handlers: HandlerFactory;
  private readonly inputPipes = new WeakMap<object, InputPipe>();
  private readonly pending = new Set<string>();
  private open = false;

  constructor(
    private readonly options: McpModuleOptions,
    private readonly nest: ServerParts,
  ) {
    this.logger = new Logger(`Mcp:${options.name}`);
    const tools = new ToolMethods(this.logger);
    const resources = new ResourceMethods(this.logger);
    const prompts = new PromptMethods(this.logger);
    this.kinds = [tools, resources, prompts] as const;
    this.engine = new LegacyEngine({
      identity: identityOf(options),
      instructions: options.instructions,
      methods: Object.assign(
        {},
        ...this.kinds.map((kind) => kind.methods),
      ) as ToolMethods['methods'],
      capabilities: Object.assign(
        { logging: {} },
        ...this.kinds.map((kind) => kind.capabilities()),
      ) as Record<string, object>,
      timeout: options.timeout,
      logger: this.logger,
    });
    this.transports = new ServerTransports(options, this.logger, {
      authOf: nest.authOf,
      connect: (transport, session) => this.engine.connect(transport, session),
    });
    this.handlers = new HandlerFactory(
      nest.creator,
      nest.config,
      (appPipe) => this.inputPipe(appPipe),
      this.logger,
    );
    const runtime: RuntimeSettings = {
      server: options.name,
      modules: nest.modules,
      handlers: this.handlers,
      validation: () => this.validation(),
      logger: this.logger,
    };
    const { sessions } = this.transports;
    this.ref = {
      name: options.name,
      tools: new RuntimePrimitives(tools, () => tools.definitions(), runtime),
      resources: new RuntimePrimitives(resources, () => resources.definitions(), runtime),
      prompts: new RuntimePrimitives(prompts, () => prompts.definitions(), runtime),
      sessions,
      check: () => checkServer(() => this.transports.connectInMemory(), sessions),
    };
    for (const kind of this.kinds) kind.onChange((notification) => this.announce(notification));
  }

  /** The running side of one of the server's transports. */
  entry(transport: TransportDefinition): TransportEntry {
    return this.transports.entry(transport);
  }

  async onApplicationBootstrap(): Promise<void> {
    await new PrimitiveExplorer({
      server: this.options.name,
      modules: this.nest.modules,
      kinds: this.kinds,
      handlers: this.handlers,
      validation: this.validation(),
      logger: this.logger,
    }).explore();
    await this.transports.open();
    this.open = true;
    if (this.isOpenToAnyone()) {
      this.logger.warn(
        'The server is open to anyone who can reach it. Set auth: { verifier } or guards to say who may come in.',
      );
    }
    const [tools, resources, prompts] = this.kinds;
    this.logger.log(
      `Serving ${tools.size} tools, ${resources.size} resources, ${prompts.size} prompts`,
    );
  }

  async onModuleDestroy(): Promise<void> {
    this.transports.drain();
    await this.engine.drain(this.options.shutdownTimeout ?? 3_000);
    await this.transports.close();
  }

  private isOpenToAnyone(): boolean {
    const { auth, guards = [] } = this.options;
    const { config } = this.nest;
    const global = [...config.getGlobalGuards(), ...config.getGlobalRequestGuards()];
    return (
      !auth?.verifier && guards.length === 0 && global.length === 0 && this.transports.areOnHttp
    );
  }

  /** The rules in force: those of the application's own global pipe, where it has one. */
  private validation(): ValidationPipeOptions {
    const global: unknown[] = this.nest.config.getGlobalPipes();
    return this.inputPipe(global.find((pipe) => pipe instanceof ValidationPipe)).validation;
  }

  private inputPipe(appPipe: ValidationPipe | undefined): InputPipe {
    const key = appPipe ?? this;
    let pipe = this.inputPipes.get(key);
    if (!pipe) {
      pipe = createInputPipe({ appPipe, options: this.options.validation });
      this.inputPipes.set(key, pipe);
    }
    return pipe;
  }

  /** Many changes at once are told once. */
  private announce(notification: string): void {
    if (!this.open || this.pending.has(notification)) return;
    this.pending.add(notification);
    setImmediate(() => {
      this.pending.delete(notification);
      this.engine.notifyAll(notification);
    });
  }
}

function identityOf(options: McpModuleOptions) {
  const { name, version, title, description, websiteUrl, icons } = options;
  return {
    name,
    version,
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(websiteUrl !== undefined && { websiteUrl }),
    ...(icons && { icons }),
  };
}
