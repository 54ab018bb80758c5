import { ErrorCode, ProtocolError } from '../errors/protocol.error.js';

/** The client capabilities that a call can use, by their names in the specification. */
export type McpClientCapability = 'elicitation' | 'elicitation.url' | 'sampling' | 'roots';

/** One request to the client, in the form of the protocol. */
export interface McpQuestion {
  readonly method: 'elicitation/create' | 'sampling/createMessage' | 'roots/list';
  readonly params: Readonly<Record<string, unknown>>;
  /** Identifies the question in the modern era and in the state of the call. Default: its ordinal. */
  readonly key?: string;
  /** The capabilities that the client must have declared, in the shape of `ClientCapabilities`. */
  readonly needs: Readonly<Record<string, object>>;
  /** Whether an answer has the shape that the protocol requires. A modern client is asked again if it has not. */
  readonly accepts: (answer: Readonly<Record<string, unknown>>) => boolean;
}

const shapes: Readonly<Record<McpClientCapability, Readonly<Record<string, object>>>> = {
  elicitation: { elicitation: {} },
  'elicitation.url': { elicitation: { url: {} } },
  sampling: { sampling: {} },
  roots: { roots: {} },
};

/** Converts a list of names to the shape of `ClientCapabilities` (specification, "Capabilities"). */
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

/** The part of `needs` that a client has not declared; `undefined` if nothing is missing. */
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

/** A bare `elicitation: {}` means forms: it is older than the modes. */
function isDeclared(name: string, member: string, given: Record<string, unknown>): boolean {
  if (given[member] !== undefined) return true;
  return name === 'elicitation' && member === 'form' && given.url === undefined;
}

/** The error for a client that lacks a capability. `data` contains what it would have to declare. */
export function missingCapability(
  missing: Record<string, object>,
  problem = 'The client cannot be asked: it has not declared',
): ProtocolError {
  const names = Object.entries(missing).flatMap(([name, members]) => {
    const nested = Object.keys(members);
    return nested.length > 0 ? nested.map((member) => `${name}.${member}`) : [name];
  });
  return new ProtocolError(ErrorCode.missingClientCapability, `${problem} ${names.join(', ')}`, {
    requiredCapabilities: missing,
  });
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
