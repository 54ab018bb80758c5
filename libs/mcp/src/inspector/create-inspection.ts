import type { McpCall } from '../context/mcp-call.js';
import type { ServerInside } from '../server/server-inside.js';
import type { InspectedPrimitive, InspectedSession, Inspection } from './inspection.js';

/** Creates the handler of `nestjs-mcp/inspect`: a caller sees its own sessions, and with the scope everything. */
export function createInspection(
  inside: ServerInside,
  { auth }: Pick<McpCall, 'auth'>,
  scope: string | undefined,
): Inspection {
  const seesAll = scope !== undefined && inside.holds(auth, [scope]);
  const sessions: InspectedSession[] = [];
  for (const { record, openedAt, calls, local } of inside.sessions()) {
    if (local || !(seesAll || record.owner === auth?.subject)) continue;
    const { id, owner, initialize, protocolVersion, subscriptions } = record;
    const client = initialize?.['clientInfo'] as InspectedSession['client'];
    sessions.push({
      id: id.slice(0, 8),
      ...(owner !== undefined && { owner }),
      ...(client && { client: { name: client.name, version: client.version } }),
      ...(protocolVersion !== undefined && { protocolVersion }),
      age: Math.round(performance.now() - openedAt),
      calls: calls.size,
      subscriptions: [...(subscriptions?.values() ?? [])],
    });
  }
  return { sessions, ...(seesAll && { primitives: primitivesOf(inside) }) };
}

function primitivesOf(inside: ServerInside): InspectedPrimitive[] {
  return (['tool', 'resource', 'prompt'] as const).flatMap((kind) =>
    inside.primitivesOf(kind).map(({ key, where, access }) => ({
      kind,
      name: key,
      where,
      scopes: access.scopes,
    })),
  );
}
