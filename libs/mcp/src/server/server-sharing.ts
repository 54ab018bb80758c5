import type { LoggerService } from '@nestjs/common';
import { ProcessLink } from '../backplane/process-link.js';
import type { ProcessSettings } from '../engine/other-processes.js';
import { McpConfigurationError } from '../errors/configuration.error.js';
import type { McpModuleOptions } from '../mcp.options.js';
import type { EventStore } from '../sessions/event.store.js';
import { InMemoryEventStore } from '../sessions/in-memory-event.store.js';
import { SessionManager } from '../sessions/session.manager.js';
import { SessionSharer } from '../sessions/session-sharer.js';
import { SharedEventStore } from '../sessions/shared-event.store.js';
import { keptFor, SharedSessions } from '../sessions/shared-sessions.js';
import type { ServerBounds } from './server-limits.js';

/** The storage of a server: in this process, or with a backplane in all its processes. */
export interface ServerSharing {
  readonly sessions: SessionManager;
  readonly eventStore: EventStore;
  /** `undefined` if this process is the only one. */
  readonly processes: ProcessSettings | undefined;
}

/** Creates the storage of sessions and events from the options. Throws `McpConfigurationError`. */
export function createSharing(
  options: McpModuleOptions,
  { sessions: limits, limits: { events } }: ServerBounds,
  logger: LoggerService,
): ServerSharing {
  const { backplane, stateSecret, name } = options;
  const own = options.sessions?.eventStore;
  if (!backplane) {
    return {
      sessions: new SessionManager(limits),
      eventStore: own ?? new InMemoryEventStore({ maxTotal: events }),
      processes: undefined,
    };
  }
  if (stateSecret === undefined) {
    throw new McpConfigurationError(
      'stateSecret',
      'it is missing, and with a backplane every process must read what another one has signed.',
      'Make one with `openssl rand -base64 32`, and give it to all processes.',
    );
  }
  const link = new ProcessLink(backplane, name, logger);
  const sessions = new SessionManager(limits, new SessionSharer(new SharedSessions(link, limits)));
  return {
    sessions,
    eventStore: own ?? new SharedEventStore(link, keptFor(limits.idleTimeout), events),
    processes: { link, sessionOf: (id) => sessions.get(id) },
  };
}
