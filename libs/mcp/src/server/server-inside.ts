import type { Type } from '@nestjs/common';
import type { McpModuleOptions } from '../mcp.options.js';
import type { McpPrimitive } from '../primitives/mcp.primitive.js';
import type { PrimitiveKind } from '../primitives/primitive-kind.js';
import type { McpToolDefinition } from '../tools/tool.primitive.js';
import type { McpAuth } from '../sessions/mcp-auth.js';
import type { connectInMemory } from '../transports/in-memory/connect-in-memory.js';
import type { TransportHost } from '../transports/mcp.transport.js';
import type { Session } from '../sessions/session.js';
import type { McpEngine } from '../engine/engine.js';
import type { ServerTransports, TransportDoors } from './server-transports.js';

/** Injection token of the running server of that name, which has a `ServerInside` as `inside`. */
export function getRunningServerToken(name: string): symbol {
  return Symbol.for(`nestjs-mcp:running:${name}`);
}

/** What a running server knows of what the application declares. */
export interface DeclaredNames {
  /** The names (of resources the URIs) that a method declares for this server. */
  namesOf(kind: PrimitiveKind['noun'], host: Type, method: string): string[];
  /** The scopes that a primitive needs, by its name (a resource by its URI). */
  scopesOf(kind: PrimitiveKind['noun'], name: string): readonly string[];
  /** Whether legacy revisions get the declared result of a tool as `{ result }`, because it is no object. */
  wrapsResult(tool: string): boolean;
}

/** What the test kit and the inspector need of a running server beyond `McpServerRef`. No client can reach it. */
export interface ServerInside extends DeclaredNames {
  readonly options: McpModuleOptions;
  /** The client's end of a connection inside this process, for a caller that is known already. */
  connectInMemory(auth: McpAuth | undefined): ReturnType<typeof connectInMemory>;
  /** Asks the server's own verifier; `undefined`: the server has none. */
  verify(token: string): Promise<McpAuth | null> | undefined;
  /** The paths at which clients reach a transport, in full: one for each version of the API. */
  pathsOf(kind: 'streamable-http' | 'sse'): readonly string[];
  /** The path that a reverse proxy adds before every path, from `publicUrl`: '' or '/base'. */
  readonly publicPath: string;
  /** The open sessions of this process. */
  sessions(): Iterable<Session>;
  /** All primitives of a kind, whoever may see them. */
  primitivesOf(kind: PrimitiveKind['noun']): readonly McpPrimitive[];
  /** Whether the caller holds every one of the scopes, by the server's own comparison. */
  readonly holds: TransportDoors['holds'];
  /** Has the server answer a method that is no part of the protocol. */
  readonly addMethod: McpEngine['addMethod'];
  /** The inputs of a tool that requests repeat in headers. */
  readonly headersOf: TransportHost['headersOf'];
}

/** Opens a running server to the test kit and the inspector. */
export function createInside({
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
}): ServerInside {
  const all = (noun: PrimitiveKind['noun']): McpPrimitive[] =>
    kinds.filter((kind) => kind.noun === noun).flatMap((kind) => [...kind.primitives]);
  return {
    options,
    connectInMemory: (auth) => transports.connectInMemory(auth),
    verify: (token) => options.auth?.verifier?.verify(token, {}),
    pathsOf: (kind) => transports.pathsOf(kind),
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
