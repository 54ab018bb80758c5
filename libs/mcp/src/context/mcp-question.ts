import { ErrorCode, ProtocolError } from '../errors/protocol.error.js';

/** What a client can be asked while a call runs, by the names of its capabilities. */
export type McpClientCapability = 'elicitation' | 'elicitation.url' | 'sampling' | 'roots';

/** One question to the client, as the protocol puts it. */
export interface McpQuestion {
  readonly method: 'elicitation/create' | 'sampling/createMessage' | 'roots/list';
  readonly params: Readonly<Record<string, unknown>>;
  /** Names the question on the wire (modern era) and in the state of the call; default: its ordinal. */
  readonly key?: string;
  /** What the client must have declared, in the shape of `ClientCapabilities`. */
  readonly needs: Readonly<Record<string, object>>;
  /** Whether an answer has the shape that the protocol asks for; a modern client is asked again where it has not. */
  readonly accepts: (answer: Readonly<Record<string, unknown>>) => boolean;
}

const shapes: Readonly<Record<McpClientCapability, Readonly<Record<string, object>>>> = {
  elicitation: { elicitation: {} },
  'elicitation.url': { elicitation: { url: {} } },
  sampling: { sampling: {} },
  roots: { roots: {} },
};

/** Capabilities in the shape of `ClientCapabilities` (specification, "Capabilities"). */
export function toCapabilities(
  names: readonly McpClientCapability[],
): Readonly<Record<string, object>> {
  const needs: Record<string, object> = {};
  for (const name of names) {
    for (const [key, value] of Object.entries(shapes[name])) {
      needs[key] = { ...needs[key], ...value };
    }
  }
  return needs;
}

/** The part of `needs` that a client has not declared; `undefined`: nothing is missing. */
export function missingCapabilities(
  needs: Readonly<Record<string, object>>,
  declared: Readonly<Record<string, unknown>> = {},
): Record<string, object> | undefined {
  const missing: Record<string, object> = {};
  for (const [name, needed] of Object.entries(needs)) {
    const given = declared[name];
    if (typeof given !== 'object' || given === null) {
      missing[name] = needed;
      continue;
    }
    const members = Object.entries(needed as Record<string, object>).filter(
      ([member]) => !isDeclared(name, member, given as Record<string, unknown>),
    );
    if (members.length > 0) missing[name] = Object.fromEntries(members);
  }
  return Object.keys(missing).length > 0 ? missing : undefined;
}

/** A bare `elicitation: {}` has meant forms since before there were modes. */
function isDeclared(name: string, member: string, given: Record<string, unknown>): boolean {
  if (given[member] !== undefined) return true;
  return name === 'elicitation' && member === 'form' && given.url === undefined;
}

/** What a client without a capability is told; `data` names what it would have to declare. */
export function missingCapability(missing: Record<string, object>): ProtocolError {
  const names = Object.entries(missing).flatMap(([name, members]) => {
    const nested = Object.keys(members);
    return nested.length > 0 ? nested.map((member) => `${name}.${member}`) : [name];
  });
  return new ProtocolError(
    ErrorCode.missingClientCapability,
    `The client cannot be asked: it has not declared ${names.join(', ')}`,
    { requiredCapabilities: missing },
  );
}

/** Refuses a client that could not answer the questions of a primitive. Throws `ProtocolError`. */
export function assertAnswerable(
  client: { readonly capabilities: Readonly<Record<string, unknown>> } | undefined,
  requires: readonly McpClientCapability[] | undefined,
): void {
  if (!requires) return;
  const missing = missingCapabilities(toCapabilities(requires), client?.capabilities);
  if (missing) throw missingCapability(missing);
}
