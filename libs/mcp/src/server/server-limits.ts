import { inspect } from 'node:util';
import { McpConfigurationError } from '../errors/configuration.error.js';
import { isInRange } from '../errors/number-check.js';
import { defaultLimits, defaultSessions, type McpServerOptions } from '../mcp.options.js';
import { CollectedBytes } from '../primitives/collected-bytes.js';
import { OwnerTally, type OwnerTallies } from '../sessions/owner-tally.js';
import type { McpLimits } from '../transports/mcp-limits.js';

/** The numeric session options, with all defaults filled in. */
export type SessionLimits = { -readonly [name in keyof typeof defaultSessions]: number };

/** The limits of one server. */
export interface ServerBounds {
  readonly limits: McpLimits;
  readonly sessions: SessionLimits;
  readonly owners: OwnerTallies;
  readonly collected: CollectedBytes;
}

/** The limits that may be 0, which means none of the items, or no time at all. */
const mayBeNone: ReadonlySet<string> = new Set([
  'limits.subscriptions',
  'limits.subscriptionsPerOwner',
  'limits.events',
  'limits.taskResults',
  'sessions.resumeTimeout',
]);

/** The limits in force, and what counts against them. */
export function readLimits(options: McpServerOptions): ServerBounds {
  const { limits, sessions } = readNumbers(options);
  return {
    limits,
    sessions,
    owners: createTallies(limits),
    collected: new CollectedBytes(limits.unsent),
  };
}

/** The numbers of `limits` and `sessions`. Throws `McpConfigurationError` that lists every invalid one. */
export function readNumbers({
  limits,
  sessions,
}: McpServerOptions): Pick<ServerBounds, 'limits' | 'sessions'> {
  const problems: string[] = [];
  const read = <T extends Record<string, number>>(
    section: string,
    defaults: T,
    given: Readonly<Record<string, unknown>> = {},
  ): T => {
    const all: Record<string, number> = { ...defaults };
    for (const name of Object.keys(defaults)) {
      const value = given[name];
      if (value === undefined) continue;
      const least = mayBeNone.has(`${section}.${name}`) ? 0 : 1;
      if (isInRange(value, { least, infinity: 'no bound' })) all[name] = value;
      else problems.push(`${section}.${name} is ${inspect(value)}`);
    }
    return all as T;
  };
  const found = read('limits', { ...defaultLimits }, { ...limits });
  const kept = read<SessionLimits>('sessions', defaultSessions, { ...sessions });
  if (problems.length > 0) {
    throw new McpConfigurationError(
      'McpModule',
      `${problems.join(', ')}.`,
      'Give a whole number that is not negative (0 only where there may be none), or Infinity for no bound.',
    );
  }
  return { limits: found, sessions: kept };
}

/** Creates the counters of open calls and streams of each caller, with these limits. */
export function createTallies({
  callsPerOwner,
  subscriptionsPerOwner,
}: Pick<McpLimits, 'callsPerOwner' | 'subscriptionsPerOwner'>): OwnerTallies {
  return {
    calls: new OwnerTally(callsPerOwner, 'calls in flight'),
    subscriptions: new OwnerTally(subscriptionsPerOwner, 'open subscriptions'),
  };
}
