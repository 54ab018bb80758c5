import { HttpException, type ExecutionContext, type LoggerService } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import type { McpCall } from '../context/mcp-call.js';
import type { McpPrimitiveInfo } from '../context/mcp-context.js';
import { McpConfigurationError } from '../errors/configuration.error.js';
import { textOf } from '../errors/server.logger.js';
import type { McpVisibility, PrimitiveAccess } from './primitive-access.js';
import { toCheck, type VisibilityCheck } from './visibility-check.js';

/** The parts of a declared primitive that concern access. */
export interface DeclaredAccess<Host> {
  /** The provider or controller with the method. */
  readonly host: Host;
  readonly method: string;
  readonly primitive: McpPrimitiveInfo;
  /** `Class.method`, for errors and logs. */
  readonly where: string;
  /** The declarations of the class and of the method, in this order. */
  readonly declared: readonly { scopes?: readonly string[]; visibility?: McpVisibility }[];
}

/** The server's own declarations, and the connection of its checks to Nest. */
export interface AccessSettings<Host> {
  readonly visibility?: McpVisibility;
  /** Resolves the dependencies of a guard class in the server's options. */
  readonly moduleRef: () => ModuleRef;
  /** Resolves the dependencies of a guard class in the declarations of a host. */
  readonly moduleRefOf: (host: Host) => ModuleRef;
  /** The execution context that a guard of the primitive gets for this call. */
  readonly contextOf: (declared: DeclaredAccess<Host>, call: McpCall) => ExecutionContext;
  /** The dependency injection context of a request. */
  readonly contextIdOf: (request: object, host: Host) => { id: number };
  readonly logger: LoggerService;
}

/** `scope-token` of RFC 6749, 3.3. */
const legalScope = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** Converts the declared `scopes` and `visibility` to the rule that the gate applies. */
export class AccessFactory<Host> {
  constructor(private readonly settings: AccessSettings<Host>) {}

  /** Throws `McpConfigurationError` for an illegal scope or a guard that cannot be resolved. */
  async create(declared: DeclaredAccess<Host>): Promise<PrimitiveAccess> {
    const scopes = scopesOf(declared);
    const found = this.visibilitiesOf(declared);
    if (found.length === 0) return { scopes };
    const { host, where } = declared;
    const contextId = (request: object): { id: number } => this.settings.contextIdOf(request, host);
    const checks = await Promise.all(
      found.map(([visibility, moduleRef]) => toCheck(visibility, { moduleRef, contextId, where })),
    );
    const visibilities = found.map(([visibility]) => visibility);
    return { scopes, visibilities, isVisible: (call) => this.passes(checks, declared, call) };
  }

  /** The same for a primitive that is added before guards can be resolved: the first check resolves them. */
  createLate(declared: DeclaredAccess<Host>): PrimitiveAccess {
    const scopes = scopesOf(declared);
    const visibilities = this.visibilitiesOf(declared).map(([visibility]) => visibility);
    if (visibilities.length === 0) return { scopes };
    let created: Promise<PrimitiveAccess> | undefined;
    const isVisible = async (call: McpCall): Promise<boolean> => {
      created ??= this.create(declared);
      return (await (await created).isVisible?.(call)) === true;
    };
    return { scopes, visibilities, isVisible };
  }

  /** From the widest scope (the server) to the narrowest (the method). */
  private visibilitiesOf({ host, declared }: DeclaredAccess<Host>): [McpVisibility, ModuleRef][] {
    const { visibility, moduleRef, moduleRefOf } = this.settings;
    const own = declared.flatMap((one) => one.visibility ?? []);
    return [
      ...(visibility ? [[visibility, moduleRef()] as [McpVisibility, ModuleRef]] : []),
      ...own.map((one) => [one, moduleRefOf(host)] as [McpVisibility, ModuleRef]),
    ];
  }

  private async passes(
    checks: readonly VisibilityCheck[],
    declared: DeclaredAccess<Host>,
    call: McpCall,
  ): Promise<boolean> {
    const context = this.settings.contextOf(declared, call);
    try {
      for (const check of checks) if (!(await check(context))) return false;
      return true;
    } catch (error) {
      if (!(error instanceof HttpException)) {
        this.settings.logger.debug?.(`The visibility of ${declared.where} threw: ${textOf(error)}`);
      }
      return false;
    }
  }
}

function scopesOf({ declared, where }: DeclaredAccess<unknown>): string[] {
  const scopes = [...new Set(declared.flatMap((one) => one.scopes ?? []))];
  const illegal = scopes.find((scope) => !legalScope.test(scope));
  if (illegal === undefined) return scopes;
  throw new McpConfigurationError(
    where,
    `'${illegal}' is not a legal scope.`,
    'Write one scope per item, of printable characters without space, quote and backslash.',
  );
}
