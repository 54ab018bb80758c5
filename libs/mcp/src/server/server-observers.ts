import type { LoggerService, Type } from '@nestjs/common';
import type { ModuleRef, ModulesContainer } from '@nestjs/core';
import { serverModuleRef } from '../discovery/server-shape.js';
import { toCallEvent, type McpCallEvent, type McpCallObserver } from '../engine/call-event.js';
import {
  toObserved,
  type CallEnd,
  type CallObserver,
  type ObservedCall,
} from '../engine/call-observer.js';
import { McpConfigurationError } from '../errors/configuration.error.js';
import { textOf } from '../errors/server.logger.js';
import type { McpModuleOptions } from '../mcp.options.js';
import type { Message, RequestMessage } from '../protocol/json-rpc.js';
import { metaKeys } from '../protocol/request-meta.js';
import type { McpAuth } from '../sessions/mcp-auth.js';
import type { Preflight } from '../transports/mcp.transport.js';

/** Sends an event for every call of one server to the application's observers. */
export class ServerObservers {
  private readonly types: readonly Type<McpCallObserver>[];
  private found: readonly McpCallObserver[] = [];

  constructor(
    private readonly options: Pick<McpModuleOptions, 'name' | 'observers' | 'observe'>,
    private readonly logger: LoggerService,
  ) {
    this.types = options.observers ?? [];
  }

  /** For the engine; empty where the application observes nothing, so that a call costs nothing more. */
  get callObservers(): readonly CallObserver[] {
    if (this.types.length === 0) return [];
    return [
      (call) => (call.id === undefined ? undefined : { end: (end) => this.report(call, end) }),
    ];
  }

  /** Finds the providers. Throws `McpConfigurationError` for a class that no module provides, or that is not a singleton. */
  find(modules: ModulesContainer): void {
    if (this.types.length === 0) return;
    const moduleRef = serverModuleRef(modules, this.options.name);
    this.found = this.types.map((type) => observerOf(type, moduleRef));
  }

  /** Reports also the requests that are refused for missing scopes over HTTP, before they become calls. */
  watch(preflight: Preflight): Preflight {
    if (this.types.length === 0) return preflight;
    return (message, asking) =>
      preflight(message, asking)?.then((refusal) => {
        if (refusal) {
          const error = { code: refusal.code, message: refusal.message };
          const call = toRefusedCall(message, asking.auth);
          this.report(call, { error, isCancelled: false, duration: 0 });
        }
        return refusal;
      });
  }

  private report(call: ObservedCall, end: CallEnd): void {
    const { name, observe = {} } = this.options;
    let event: McpCallEvent;
    try {
      event = Object.freeze(toCallEvent(name, call, end, observe));
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
