import {
  HttpException,
  Scope,
  type CanActivate,
  type ExecutionContext,
  type LoggerService,
  type Type,
} from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { isObservable, lastValueFrom } from 'rxjs';
import type { McpCall } from '../context/mcp-call.js';
import { McpContext, type McpPrimitiveInfo } from '../context/mcp-context.js';
import { mcpContextType } from '../context/mcp-execution-context.js';
import { McpConfigurationError } from '../errors/configuration.error.js';
import type { PrimitiveAccess } from '../primitives/access.gate.js';
import type { McpVisibility } from '../primitives/mcp.primitive.js';
import { moduleRefOf, requestContext } from './handler.factory.js';
import type { HandlerHost } from './handler.host.js';
import { createResponseStandIn } from './response.stand-in.js';

/** A primitive, as far as its access goes. */
export interface GuardedPrimitive {
  readonly host: HandlerHost;
  readonly method: string;
  readonly primitive: McpPrimitiveInfo;
  readonly where: string;
  /** What the class and the method say, in this order. */
  readonly declared: readonly { scopes?: readonly string[]; visibility?: McpVisibility }[];
}

/** What the server itself says. */
export interface AccessSettings {
  readonly visibility?: McpVisibility;
  /** Where a guard class of the server finds its dependencies. */
  readonly moduleRef: () => ModuleRef;
  readonly logger: LoggerService;
}

type Check = (context: ExecutionContext, call: McpCall) => Promise<boolean>;

/** `scope-token` of RFC 6749, 3.3. */
const legalScope = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** Makes of `scopes` and `visibility` what the gate asks. */
export class AccessFactory {
  constructor(private readonly settings: AccessSettings) {}

  /** Throws `McpConfigurationError` for an illegal scope or a guard that cannot be resolved. */
  async create(guarded: GuardedPrimitive): Promise<PrimitiveAccess> {
    const scopes = scopesOf(guarded);
    const visibilities = this.visibilitiesOf(guarded);
    if (visibilities.length === 0) return { scopes };
    const checks = await Promise.all(
      visibilities.map(([visibility, moduleRef]) => toCheck(visibility, moduleRef, guarded)),
    );
    return { scopes, isVisible: (call) => this.ask(checks, guarded, call) };
  }

  /** The same for a primitive that comes when guards may not be resolvable yet: they are at the first question. */
  createLate(guarded: GuardedPrimitive): PrimitiveAccess {
    const scopes = scopesOf(guarded);
    if (this.visibilitiesOf(guarded).length === 0) return { scopes };
    let created: Promise<PrimitiveAccess> | undefined;
    const isVisible = async (call: McpCall): Promise<boolean> => {
      created ??= this.create(guarded);
      return (await (await created).isVisible?.(call)) === true;
    };
    return { scopes, isVisible };
  }

  /** From the widest to the narrowest. */
  private visibilitiesOf({ host, declared }: GuardedPrimitive): [McpVisibility, ModuleRef][] {
    const { visibility, moduleRef } = this.settings;
    return [
      ...(visibility ? [[visibility, moduleRef()] as [McpVisibility, ModuleRef]] : []),
      ...declared.flatMap((one) =>
        one.visibility ? [[one.visibility, moduleRefOf(host)] as [McpVisibility, ModuleRef]] : [],
      ),
    ];
  }

  private async ask(
    checks: readonly Check[],
    { host, method, primitive, where }: GuardedPrimitive,
    call: McpCall,
  ): Promise<boolean> {
    const callback = (host.type.prototype as Record<string, () => unknown>)[method];
    const context = new ExecutionContextHost(
      [
        call.request,
        createResponseStandIn(call.response),
        () => undefined,
        undefined,
        new McpContext(call, { primitive }),
      ],
      host.type,
      callback,
    );
    context.setType(mcpContextType as 'http');
    try {
      for (const check of checks) if (!(await check(context, call))) return false;
      return true;
    } catch (error) {
      if (!(error instanceof HttpException)) {
        this.settings.logger.debug?.(`The visibility of ${where} threw: ${String(error)}`);
      }
      return false;
    }
  }
}

function scopesOf({ declared, where }: GuardedPrimitive): string[] {
  const scopes = [...new Set(declared.flatMap((one) => one.scopes ?? []))];
  const illegal = scopes.find((scope) => !legalScope.test(scope));
  if (illegal === undefined) return scopes;
  throw new McpConfigurationError(
    where,
    `'${illegal}' is not a legal scope.`,
    'Write one scope per item, of printable characters without space, quote and backslash.',
  );
}

async function toCheck(
  visibility: McpVisibility,
  moduleRef: ModuleRef,
  guarded: GuardedPrimitive,
): Promise<Check> {
  if (!isGuard(visibility)) return async (context) => visibility(context);
  const guardFor = await resolveGuard(visibility, moduleRef, guarded);
  return async (context, call) => {
    const answer = (await guardFor(call)).canActivate(context);
    return isObservable(answer) ? lastValueFrom(answer) : answer;
  };
}

function isGuard(visibility: McpVisibility): visibility is Type<CanActivate> {
  const prototype = visibility.prototype as Partial<CanActivate> | undefined;
  return typeof prototype?.canActivate === 'function';
}

/** A guard that some module provides is that one, in its scope; any other is made for the purpose. */
async function resolveGuard(
  guard: Type<CanActivate>,
  moduleRef: ModuleRef,
  { host, where }: GuardedPrimitive,
): Promise<(call: McpCall) => CanActivate | Promise<CanActivate>> {
  const scope = scopeOf(guard, moduleRef);
  if (scope === Scope.DEFAULT) {
    const instance = moduleRef.get(guard, { strict: false });
    return () => instance;
  }
  if (scope !== undefined) {
    return (call) =>
      moduleRef.resolve(guard, requestContext(call.request, host), { strict: false });
  }
  try {
    const instance = await moduleRef.create(guard);
    return () => instance;
  } catch (error) {
    throw new McpConfigurationError(
      where,
      `the visibility guard ${guard.name} cannot be resolved: ${(error as Error).message}.`,
      `Provide ${guard.name} in a module, with what it needs.`,
    );
  }
}

function scopeOf(guard: Type<CanActivate>, moduleRef: ModuleRef): Scope | undefined {
  try {
    return moduleRef.introspect(guard).scope;
  } catch {
    return undefined;
  }
}
