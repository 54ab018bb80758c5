import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import type {
  ApplicationConfig,
  ExternalContextCreator,
  HttpAdapterHost,
  ModulesContainer,
} from '@nestjs/core';
import type { AccessFactory } from '../access/access.factory.js';
import { AccessGate } from '../access/access-gate.js';
import { createPreflight, type PreflightSettings } from '../access/access-preflight.js';
import { createProbeOf } from '../access/access-probe.js';
import type { McpCall } from '../context/mcp-call.js';
import type { McpContext } from '../context/mcp-context.js';
import type { ProcessLink } from '../backplane/process-link.js';
import { BootAdvice } from '../errors/boot-advice.js';
import { BootReport } from '../discovery/boot-report.js';
import { PrimitiveExplorer } from '../discovery/primitive.explorer.js';
import { UnservedDeclarations } from '../discovery/unserved-declarations.js';
import { SkillExplorer } from '../discovery/skill.explorer.js';
import { ServerLogger } from '../errors/server.logger.js';
import type { McpEngine } from '../engine/engine.js';
import type { HandlerFactory } from '../execution/handler.factory.js';
import type { HandlerHost } from '../execution/handler-host.js';
import { InputPipes } from '../execution/input-pipes.js';
import type { McpModuleOptions } from '../mcp.options.js';
import type { SkillMethods } from '../skills/skill.methods.js';
import { TaskManager } from '../tasks/task.manager.js';
import { TaskMethods } from '../tasks/task.methods.js';
import { assertDecoratorsAreRead } from '../schema/dto/class-transformer-storage.js';
import type { TransportDefinition, TransportEntry } from '../transports/mcp.transport.js';
import type { McpServerRef } from './mcp-server-ref.js';
import { isOpenToAnyone } from './open-server.js';
import { createRouteFinder } from './route-finder.js';
import { createEngine } from './server-engine.js';
import { createExecution } from './server-execution.js';
import { serveServerCard, type CardPlace } from './server-card-route.js';
import { createInside, type ServerInside } from './server-inside.js';
import { createKinds, type ServerKinds } from './server-kinds.js';
import { ListNews } from './list-news.js';
import { readLimits } from './server-limits.js';
import { createSharing } from './server-sharing.js';
import { ServerObservers } from './server-observers.js';
import { createServerRef } from './server-ref.js';
import { toServingLine } from './serving-line.js';
import { createTargetFinder } from './target-finder.js';
import { ServerTransports, type TransportDoors } from './server-transports.js';

/** The parts of Nest's container and of its guards that a server needs. */
export interface ServerParts {
  readonly authOf: TransportDoors['authOf'];
  readonly fullPaths: TransportDoors['fullPaths'];
  readonly keepForCard: CardPlace['keepForCard'];
  /** The same for a request of the application's own routes. */
  readonly principalOf: TransportDoors['authOf'];
  readonly challenge: PreflightSettings['challenge'];
  readonly modules: ModulesContainer;
  readonly config: ApplicationConfig;
  readonly creator: ExternalContextCreator;
  readonly adapterHost: HttpAdapterHost;
}

/** One server from boot to shutdown: finds its primitives, serves them over its transports, and releases everything at the end. */
export class RunningServer implements OnApplicationBootstrap, OnModuleDestroy {
  /** The application's view of the server. */
  readonly ref: McpServerRef;
  readonly inside: ServerInside;
  private readonly logger: ServerLogger;
  private readonly kinds: ServerKinds['kinds'];
  private readonly skills: SkillMethods;
  private readonly link: ProcessLink | undefined;
  private readonly tasks: TaskManager;
  private readonly engine: McpEngine;
  private readonly observers: ServerObservers;
  private readonly transports: ServerTransports;
  private readonly handlers: HandlerFactory;
  private readonly access: AccessFactory<HandlerHost>;
  private readonly inputPipes: InputPipes;
  private readonly advice: BootAdvice;
  private readonly report: BootReport;
  private readonly unserved: UnservedDeclarations;
  private readonly news = new ListNews((notification) => this.engine.listChanged(notification));

  constructor(
    private readonly options: McpModuleOptions,
    private readonly nest: ServerParts,
  ) {
    this.logger = new ServerLogger(options.name);
    const bounds = readLimits(options);
    this.advice = new BootAdvice(this.logger);
    this.inputPipes = new InputPipes(nest.config, options.validation);
    const gate = new AccessGate(options.auth);
    const { logger, advice } = this;
    const { collected } = bounds;
    const made = createKinds(options, { logger, gate, collected, advice });
    this.kinds = made.kinds;
    this.skills = made.skills;
    const [tools] = made.kinds;
    const sets = [...made.kinds, made.skills];
    const sharing = createSharing(options, bounds, this.logger);
    this.link = sharing.processes?.link;
    this.tasks = new TaskManager(options.tasks, this.logger, bounds.limits.taskResults, this.link);
    const tasks = new TaskMethods(this.tasks, tools);
    this.unserved = new UnservedDeclarations({
      server: options.name,
      modules: nest.modules,
      kinds: made.kinds,
      logger: this.logger,
    });
    this.observers = new ServerObservers(options, this.logger, createTargetFinder(sets), () =>
      this.unserved.sinceBoot(),
    );
    const observers = this.observers.callObservers;
    const { processes } = sharing;
    const served = { ...made, tools, tasks, observers, processes };
    this.engine = createEngine(options, served, bounds, this.logger);
    this.transports = new ServerTransports(options, bounds, this.logger, {
      authOf: nest.authOf,
      adapterHost: nest.adapterHost,
      fullPaths: nest.fullPaths,
      holds: gate.holds,
      ...this.observers.watch(
        createPreflight({ gate, sets: [...sets, tasks], challenge: nest.challenge }),
      ),
      engine: this.engine,
      sharing,
    });
    const { handlers, access } = createExecution(options, nest, {
      inputPipe: (appPipe) => this.inputPipes.of(appPipe),
      logger: this.logger,
    });
    this.handlers = handlers;
    this.access = access;
    const { transports, engine, kinds } = this;
    this.ref = createServerRef(
      options.name,
      { kinds, transports, engine },
      {
        server: options.name,
        modules: nest.modules,
        handlers,
        access,
        schemas: () => ({
          ...this.inputPipes.inForce(),
          advise: (text, subject) => this.advice.give(text, subject),
        }),
        logger: this.logger,
        askerOf: (asking) => this.askerOf(asking),
      },
    );
    this.inside = createInside({ options, engine, transports, kinds, holds: gate.holds }, nest);
    serveServerCard(options, nest, transports);
    this.report = BootReport.of(nest.modules);
    this.report.expect(this.explore);
    for (const kind of this.kinds)
      kind.onChange((notification) => this.news.announce(notification));
  }

  /** Finds the primitives that the application has declared for this server. */
  private readonly explore = async (): Promise<void> => {
    const { kinds, skills, handlers, access, logger, options } = this;
    const { modules } = this.nest;
    const { errors } = this.report;
    const server = options.name;
    const advise = this.advice.give.bind(this.advice);
    const shared = { ...options, server, handlers, access, logger, modules, advise };
    await new PrimitiveExplorer({
      ...shared,
      kinds,
      routeOf: createRouteFinder(this.nest),
      inputPipes: this.inputPipes,
    }).explore(errors);
    const [tools] = kinds;
    const toolsNamed = (name: string) => tools.named(name);
    await new SkillExplorer({ ...shared, skills, folders: options.skills, toolsNamed }).explore(
      errors,
    );
  };

  /** The running part of one of the server's transports. */
  entry(transport: TransportDefinition): TransportEntry {
    return this.transports.entry(transport);
  }

  async onApplicationBootstrap(): Promise<void> {
    assertDecoratorsAreRead();
    await this.report.run(this.explore);
    // Another server has not been explored yet; it then reports all errors together.
    if (this.report.errors.size > 0) return;
    this.observers.resolve(this.nest.modules);
    this.unserved.atBoot();
    this.advice.tell();
    await this.link?.join();
    await this.transports.open();
    this.news.open();
    if (this.transports.areOnHttp && isOpenToAnyone(this.options, this.nest.config)) {
      this.logger.warn(
        'The server is open to anyone who can reach it. Set auth: { verifier } or guards to say who may come in.',
      );
    }
    const [tools, resources, prompts] = this.kinds;
    const skills = this.skills.size > 0 ? [{ noun: 'skill', size: this.skills.size }] : [];
    this.logger.log(toServingLine([tools, resources, prompts, ...skills]));
  }

  async onModuleDestroy(): Promise<void> {
    await this.transports.drain();
    this.tasks.drain();
    const grace = this.options.shutdownTimeout ?? 3_000;
    await this.engine.drain(grace);
    // Nothing runs any more. A slow task store must not keep the process alive.
    await this.tasks.close(Math.min(grace, 500));
    await this.transports.close();
    await this.link?.leave();
  }

  private askerOf(asking: McpContext | object): McpCall {
    const { authOf, principalOf } = this.nest;
    return createProbeOf(asking, (request) => authOf(request) ?? principalOf(request));
  }
}
