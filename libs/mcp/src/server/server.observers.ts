import type { LoggerService, Type } from '@nestjs/common';
import { ModuleRef, type ModulesContainer } from '@nestjs/core';
import { findServerModule } from '../discovery/server.shape.js';
import { toCallEvent, type McpCallEvent, type McpCallObserver } from '../engine/call.event.js';
import { toObserved, type CallObserver, type ObservedCall } from '../engine/call.observer.js';
import { McpConfigurationError } from '../errors/configuration.error.js';
import { textOf } from '../errors/server.logger.js';
import type { McpModuleOptions } from '../mcp.options.js';
import type { Message, RequestMessage } from '../protocol/json-rpc.js';
import { metaKeys } from '../protocol/request-meta.js';
import type { McpAuth } from '../sessions/mcp-auth.js';
import type { Preflight } from '../transports/mcp.transport.js';

/** Tells the application's observers of every call of one server. */
export class ServerObservers {
  private found: readonly McpCallObserver[] = [];

  constructor(
    private readonly options: Pick<McpModuleOptions, 'name' | 'observers' | 'observe'>,
    private readonly logger: LoggerService,
  ) {}

  /** For the engine; empty where the application observes nothing, so that a call costs nothing more. */
  get callObservers(): readonly CallObserver[] {
    const { name, observers = [], observe = {} } = this.options;
    if (observers.length === 0) return [];
    return [
      (call) =>
        call.id === undefined
          ? undefined
          : { end: (end) => this.tell(() => toCallEvent(name, call, end, observe)) },
    ];
  }

  /** Finds the providers. Throws `McpConfigurationError` for a class that no module provides, or that is not a singleton. */
  find(modules: ModulesContainer): void {
    const { name, observers = [] } = this.options;
    if (observers.length === 0) return;
    const { instance } = findServerModule(modules, name).getProviderByKey<ModuleRef>(ModuleRef);
    this.found = observers.map((type) => observerOf(type, instance));
  }

  /** Tells also of requests that are refused for missing scopes over HTTP, before they become calls. */
  watch(preflight: Preflight): Preflight {
    const { name, observers = [], observe = {} } = this.options;
    if (observers.length === 0) return preflight;
    return (message, asking) =>
      preflight(message, asking)?.then((refusal) => {
        if (refusal) {
          const { code, message: text } = refusal;
          const end = { error: { code, message: text }, isCancelled: false, duration: 0 };
          this.tell(() => toCallEvent(name, toRefusedCall(message, asking.auth), end, observe));
        }
        return refusal;
      });
  }

  private tell(eventOf: () => McpCallEvent): void {
    let event: McpCallEvent;
    try {
      event = Object.freeze(eventOf());
    } catch (error) {
      this.logger.error(`observers were not told of a call: ${textOf(error)}`);
      return;
    }
    for (const observer of this.found) void this.tellOne(observer, event);
  }

  private async tellOne(observer: McpCallObserver, event: McpCallEvent): Promise<void> {
    try {
      await observer.onCall(event);
    } catch (error) {
      this.logger.error(`${observer.constructor.name}.onCall failed: ${textOf(error)}`);
    }
  }
}

function toRefusedCall(message: Message, auth: McpAuth | undefined): ObservedCall {
  const request = message as RequestMessage;
  const isModern = request.params?._meta?.[metaKeys.protocolVersion] !== undefined;
  return toObserved(request, {
    era: isModern ? 'modern' : 'legacy',
    over: 'streamable-http',
    request: {},
    headers: {},
    ...(auth && { auth }),
  });
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
