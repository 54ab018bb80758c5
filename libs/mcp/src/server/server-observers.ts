import { HttpException, Logger, type Type } from '@nestjs/common';
import type { ModuleRef, ModulesContainer } from '@nestjs/core';
import { serverModuleRef } from '../discovery/server-shape.js';
import { toCallEvent, type McpCallEvent, type McpCallObserver } from '../engine/call-event.js';
import {
  joinObservers,
  toObserved,
  type CallEnd,
  type CallObserver,
  type ObservedCall,
} from '../engine/call-observer.js';
import type { TelemetryDefinition } from '../engine/mcp-telemetry.js';
import { McpConfigurationError } from '../errors/configuration.error.js';
import { textOf, type ServerLogger } from '../errors/server.logger.js';
import type { McpModuleOptions } from '../mcp.options.js';
import { writesJson } from '../nest/logger-format.js';
import type { RequestMessage } from '../protocol/json-rpc.js';
import type { Preflight, ReportRefused } from '../transports/mcp.transport.js';
import { toCallLine, toCallText } from './call-line.js';
import type { FindTarget } from './target-finder.js';

/** The observers of one server's calls: its telemetry, the application's observers, and its log at debug level. */
export class ServerObservers {
  /** The observers for the engine. */
  readonly callObservers: readonly CallObserver[];
  private readonly types: readonly Type<McpCallObserver>[];
  private found: readonly McpCallObserver[] = [];

  constructor(
    private readonly options: Pick<
      McpModuleOptions,
      'name' | 'observers' | 'observe' | 'telemetry'
    >,
    private readonly logger: ServerLogger,
    private readonly find: FindTarget,
    /** Called for every message, before it is observed. */
    private readonly onMessage: () => void,
  ) {
    this.types = options.observers ?? [];
    const telemetry = options.telemetry as TelemetryDefinition | undefined;
    this.callObservers = [
      ...(telemetry
        ? [telemetry.createObserver({ has: (method, params) => !!find(method, params) })]
        : []),
      {
        call: (call) => {
          this.onMessage();
          return this.follow(call);
        },
      },
    ];
  }

  /** Finds the providers. Throws `McpConfigurationError` for a class that no module provides, or that is not a singleton. */
  resolve(modules: ModulesContainer): void {
    if (this.types.length === 0) return;
    const moduleRef = serverModuleRef(modules, this.options.name);
    this.found = this.types.map((type) => observerOf(type, moduleRef));
  }

  /** Shows the observers the requests that are refused before they become calls, for missing scopes among them. */
  watch(preflight: Preflight): { preflight: Preflight; refused: ReportRefused } {
    const observe = joinObservers(this.callObservers);
    const refused: ReportRefused = (message, asking, { status, code, message: text, data }) => {
      observe?.call(toObserved(message, asking))?.end({
        error: { code, message: text, ...(data !== undefined && { data }) },
        isCancelled: false,
        cause: new HttpException(text, status),
        duration: 0,
      });
    };
    return {
      preflight: (message, asking) =>
        preflight(message, asking)?.then((refusal) => {
          if (refusal) refused(message as RequestMessage, asking, refusal);
          return refusal;
        }),
      refused,
    };
  }

  /** Observes a request if the log or an observer needs its event. */
  private follow(call: ObservedCall): ReturnType<CallObserver['call']> {
    if (call.id === undefined) return undefined;
    const isLogged = Logger.isLevelEnabled('debug');
    if (!isLogged && this.found.length === 0) return undefined;
    return { end: (end) => this.report(call, end, isLogged) };
  }

  private report(call: ObservedCall, end: CallEnd, isLogged: boolean): void {
    const { name, observe } = this.options;
    let event: McpCallEvent;
    try {
      const target = this.find(call.method, call.params);
      event = Object.freeze(toCallEvent(name, call, end, { ...observe, ...target?.observe }));
      if (isLogged && target) {
        const line = toCallLine(event, target);
        this.logger.debug(writesJson(this.logger.inUse) ? line : toCallText(line));
      }
    } catch (error) {
      this.logger.error(`The observers received no event for a call: ${textOf(error)}`);
      return;
    }
    for (const observer of this.found) void this.send(observer, event);
  }

  private async send(observer: McpCallObserver, event: McpCallEvent): Promise<void> {
    try {
      await observer.onCall(event);
    } catch (error) {
      this.logger.error(`${observer.constructor.name}.onCall failed: ${textOf(error)}`);
    }
  }
}

function observerOf(type: Type<McpCallObserver>, moduleRef: ModuleRef): McpCallObserver {
  let observer: McpCallObserver;
  try {
    observer = moduleRef.get(type, { strict: false });
  } catch (error) {
    throw new McpConfigurationError(
      'observers',
      `${type.name} cannot be had: ${textOf(error)}`,
      `Add ${type.name} to the providers of a module, as a singleton (no request or transient scope).`,
    );
  }
  if (typeof observer.onCall === 'function') return observer;
  throw new McpConfigurationError(
    'observers',
    `${type.name} has no method onCall.`,
    `Let ${type.name} implement McpCallObserver.`,
  );
}
