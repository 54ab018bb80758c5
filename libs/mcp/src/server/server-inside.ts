import type { Type } from '@nestjs/common';
import type { ApplicationConfig } from '@nestjs/core';
import type { McpModuleOptions } from '../mcp.options.js';
import type { McpPrimitive } from '../primitives/mcp.primitive.js';
import type { PrimitiveKind } from '../primitives/primitive-kind.js';
import type { McpToolDefinition } from '../tools/tool.primitive.js';
import type { McpAuth } from '../sessions/mcp-auth.js';
import type { connectInMemory } from '../transports/in-memory/connect-in-memory.js';
import type { TransportHost } from '../transports/mcp.transport.js';
import type { Session } from '../sessions/session.js';
import type { McpEngine } from '../engine/engine.js';
import { isOpenToAnyone } from './open-server.js';
import type { ServerTransports, TransportDoors } from './server-transports.js';

/** Injection token of the running server with that name, whose `inside` is a `ServerInside`. */
export function getRunningServerToken(name: string): symbol {
  return Symbol.for(`nestjs-mcp:running:${name}`);
}

/** A running server's knowledge of the application's declarations. */
export interface DeclaredNames {
  /** The names (of resources the URIs) that a method declares for this server. */
  namesOf(kind: PrimitiveKind['noun'], host: Type, method: string): string[];
  /** The scopes of a primitive, by its name (a resource by its URI). */
  scopesOf(kind: PrimitiveKind['noun'], name: string): readonly string[];
  /** Whether legacy revisions receive the declared result of a tool as `{ result }`, because it is not an object. */
  wrapsResult(tool: string): boolean;
}

/**
 * The parts of a running server that the test kit and the inspector need beyond `McpServerRef`. No client can reach
 * them.
 */
export interface ServerInside extends DeclaredNames {
  readonly options: McpModuleOptions;
  /** The client's end of a connection inside this process, with a given caller. */
  connectInMemory(auth: McpAuth | undefined): ReturnType<typeof connectInMemory>;
  /** Verifies a token with the server's own verifier; `undefined` if the server has none. */
  verify(token: string): Promise<McpAuth | null> | undefined;
  /** The full paths of a transport for clients: one for each version of the API. */
  pathsOf(kind: 'streamable-http' | 'sse'): readonly string[];
  /** The path that a reverse proxy adds before every path, from `publicUrl`: '' or '/base'. */
  readonly publicPath: string;
  /** Whether clients need a token, of the server's verifier or for the guards of the application. */
  needsToken(): boolean;
  /** The open sessions of this process. */
  sessions(): Iterable<Session>;
  /** All primitives of a kind, regardless of visibility. */
  primitivesOf(kind: PrimitiveKind['noun']): readonly McpPrimitive[];
  /** Whether the caller has all of the scopes, by the server's own comparison. */
  readonly holds: TransportDoors['holds'];
  /** Adds a method that is not part of the protocol. */
  readonly addMethod: McpEngine['addMethod'];
  /** The inputs of a tool that requests repeat in headers. */
  readonly headersOf: TransportHost['headersOf'];
}

/** Gives the test kit and the inspector access to a running server. */
export function createInside(
  {
    options,
    engine,
    transports,
    kinds,
    holds,
  }: {
    readonly options: McpModuleOptions;
    readonly engine: Pick<McpEngine, 'headersOf' | 'addMethod'>;
    readonly transports: ServerTransports;
    readonly kinds: readonly Pick<PrimitiveKind, 'noun' | 'primitives'>[];
    readonly holds: TransportDoors['holds'];
  },
  { config }: { readonly config: ApplicationConfig },
): ServerInside {
  const all = (noun: PrimitiveKind['noun']): McpPrimitive[] =>
    kinds.filter((kind) => kind.noun === noun).flatMap((kind) => [...kind.primitives]);
  return {
    options,
    connectInMemory: (auth) => transports.connectInMemory(auth),
    verify: (token) => options.auth?.verifier?.verify(token, transports.createRequest()),
    pathsOf: (kind) => transports.pathsOf(kind),
    needsToken: () =>
      options.auth?.verifier ? options.auth.optional !== true : !isOpenToAnyone(options, config),
    sessions: () => transports.sessions.all(),
    primitivesOf: all,
    holds,
    addMethod: (name, method) => engine.addMethod(name, method),
    headersOf: (tool) => engine.headersOf(tool),
    publicPath: transports.publicPath,
    namesOf: (noun, host, method) =>
      all(noun)
        .filter(({ where }) => where === `${host.name}.${method}`)
        .map(({ key }) => key),
    wrapsResult: (tool) => {
      const found = all('tool').find(({ key }) => key === tool);
      const { outputSchema } = (found?.definition ?? {}) as McpToolDefinition;
      return outputSchema !== undefined && outputSchema.type !== 'object';
    },
    scopesOf: (noun, name) => all(noun).find(({ key }) => key === name)?.access.scopes ?? [],
  };
}
