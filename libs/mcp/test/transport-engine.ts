import { Logger } from '@nestjs/common';
import { AccessGate } from '../src/access/access-gate.js';
import type { McpCall } from '../src/context/mcp-call.js';
import type { CallObserver } from '../src/engine/call-observer.js';
import { McpEngine } from '../src/engine/engine.js';
import { UsedStates } from '../src/engine/modern/used-states.js';
import { ErrorCode, ProtocolError } from '../src/errors/protocol.error.js';
import { defaultLimits } from '../src/mcp.options.js';
import { Seal } from '../src/primitives/seal.js';
import { createTallies } from '../src/server/server-limits.js';
import type { EventStore } from '../src/sessions/event.store.js';
import { InMemoryEventStore } from '../src/sessions/in-memory-event.store.js';
import type { MessageOrigin, TransportHost } from '../src/transports/mcp.transport.js';
import type { McpLimits } from '../src/transports/mcp-limits.js';
import { ArrivingBodies } from '../src/transports/http/arriving-bodies.js';
import { UnsentBudget } from '../src/transports/unsent-budget.js';

const LIMITS: McpLimits = { ...defaultLimits, queue: 1024 * 1024 };

/** The limits for a transport. */
export function boundsOf({
  limits: given,
  eventStore = new InMemoryEventStore(),
  resumeTimeout = 60_000,
}: { limits?: Partial<McpLimits>; eventStore?: EventStore; resumeTimeout?: number } = {}) {
  const limits = { ...LIMITS, ...given };
  const bodies = new ArrivingBodies(limits.bodies);
  const unsent = new UnsentBudget({ max: limits.unsent, stallTimeout: limits.stallTimeout });
  const gate = new AccessGate();
  const holds: TransportHost['holds'] = (auth, scopes) => gate.isSatisfied({ scopes }, auth);
  const owners = createTallies(limits);
  return { limits, eventStore, resumeTimeout, owners, unsent, bodies, holds };
}

/** The observations of the test server's handlers. */
export interface Seen {
  origins: MessageOrigin[];
  /** Ends the calls of `wait`. */
  release: (() => void)[];
  events: EventTarget;
}

/** Resolves with the detail of the next event of that name. */
export function next<T = unknown>(seen: Seen, name: string): Promise<T> {
  return new Promise((resolve) => {
    seen.events.addEventListener(name, (event) => resolve((event as CustomEvent<T>).detail), {
      once: true,
    });
  });
}

function emit(seen: Seen, name: string, detail?: unknown): void {
  seen.events.dispatchEvent(new CustomEvent(name, { detail }));
}

/** The engine of a server with minimal tools, for tests of transports. */
export function createEngine(
  seen: Seen,
  observers: readonly CallObserver[] = [],
): Pick<TransportHost, 'receive' | 'prepare' | 'headersOf'> {
  const logger = new Logger('test');
  const engine: McpEngine = new McpEngine({
    identity: { name: 'test', version: '1.0.0' },
    methods: { 'tools/call': (params, call) => callTool(params, call, seen, engine) },
    tasks: {
      methods: {},
      isOffered: false,
      known: async () => undefined,
      begin: () => Promise.reject(new Error('no tasks')),
    },
    capabilities: () => ({ tools: { listChanged: true }, logging: {} }),
    logger,
    seal: new Seal('a secret of the tests, 32 bytes long', logger),
    usedStates: new UsedStates(),
    ...boundsOf(),
    headersOf: () => [],
    observers,
  });
  return {
    prepare: () => engine.prepare(),
    headersOf: (tool) => engine.headersOf(tool),
    receive: (message, origin, reply) => {
      if ('method' in message && message.method === 'tools/call') seen.origins.push(origin);
      return engine.receive(message, origin, reply);
    },
  };
}

async function callTool(
  params: Readonly<Record<string, unknown>>,
  call: McpCall,
  seen: Seen,
  engine: McpEngine,
): Promise<object> {
  emit(seen, 'call', call.where);
  call.signal.addEventListener('abort', () => emit(seen, 'aborted', call.signal.reason));
  const { progressToken } = call;
  const progress = async (value: number): Promise<void> => {
    if (progressToken === undefined) return;
    await call.notify('notifications/progress', { progressToken, progress: value });
  };
  const { name, arguments: input = {} } = params as {
    name: string;
    arguments?: Record<string, unknown>;
  };
  switch (name) {
    case 'echo':
      return { content: [{ type: 'text', text: String(input['message']) }] };
    case 'progress':
      for (const value of [1, 2]) await progress(value);
      return { content: [{ type: 'text', text: 'done' }] };
    case 'wait':
    case 'poll': {
      const released = new Promise<void>((resolve) => {
        seen.release.push(resolve);
        call.signal.addEventListener('abort', () => resolve());
      });
      await progress(1);
      if (name === 'poll') call.closeStream();
      emit(seen, 'waiting');
      await released;
      return { content: [{ type: 'text', text: 'waited' }] };
    }
    case 'ask': {
      const { content } = await call.ask({
        method: 'sampling/createMessage',
        params: { messages: [], maxTokens: 1 },
        needs: { sampling: {} },
        accepts: () => true,
      });
      return { content: [content] };
    }
    case 'tell':
      engine.listChanged('notifications/tools/list_changed');
      return { content: [] };
    case 'flood':
      while (!call.signal.aborted) {
        await call.notify('notifications/message', { level: 'info', data: 'x'.repeat(100_000) });
        await new Promise((resolve) => setImmediate(resolve));
      }
      return { content: [] };
    default:
      throw new ProtocolError(ErrorCode.invalidParams, 'Unknown tool');
  }
}
