import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv-provider.js';
import { randomUUID } from 'node:crypto';
import { ErrorCode, ProtocolError } from '../errors/protocol.error.js';
import type { MethodTable } from '../primitives/method-table.js';
import type { Session } from '../sessions/session.js';
import type { EngineSettings } from './engine.settings.js';
import { LegacyConnection, type ConnectionOwner } from './legacy.connection.js';
import type { RunningCall } from './running.call.js';

/** Shared by every SDK server of the process: making one costs more than a call. */
const validator = new AjvJsonSchemaValidator();

/** Binds a method table to SDK servers, one a session: revisions 2024-11-05 to 2025-11-25. */
export class LegacyEngine implements ConnectionOwner {
  readonly validator = validator;
  readonly settings: EngineSettings;
  private readonly connections = new Set<LegacyConnection>();
  private readonly calls = new Set<RunningCall>();
  private draining = false;
  private idle: (() => void) | undefined;

  constructor(settings: EngineSettings) {
    this.settings = { ...settings, methods: maskErrors(settings) };
  }

  /** Serves what comes in over `transport`, until it closes. */
  async connect(transport: Transport, session?: Session): Promise<void> {
    const connection = new LegacyConnection(this, session);
    this.connections.add(connection);
    await connection.connect(transport);
  }

  /** Tells every client something that belongs to no call. */
  notifyAll(method: string, params?: Record<string, unknown>): void {
    for (const connection of this.connections) void connection.notify(method, params);
  }

  begin(call: RunningCall): () => void {
    if (this.draining) {
      throw new ProtocolError(ErrorCode.internalError, 'The server is shutting down');
    }
    this.calls.add(call);
    return () => {
      this.calls.delete(call);
      if (this.calls.size === 0) this.idle?.();
    };
  }

  closed(connection: LegacyConnection): void {
    this.connections.delete(connection);
  }

  /** Refuses new calls, waits `grace` ms for those in flight, then aborts them. */
  async drain(grace: number): Promise<void> {
    this.draining = true;
    if (this.calls.size === 0) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.idle = resolve;
      timer = setTimeout(resolve, grace);
    });
    clearTimeout(timer);
    const reason = new ProtocolError(ErrorCode.internalError, 'The server is shutting down');
    for (const call of this.calls) call.abort(reason);
    // The answers of the aborted calls are written in the turns that follow.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** No text of an unforeseen error reaches a client: it is logged under an id. */
function maskErrors({ methods, logger }: EngineSettings): MethodTable {
  return Object.fromEntries(
    Object.entries(methods).map(([name, method]) => [
      name,
      async (params, call) => {
        try {
          return await method(params, call);
        } catch (error) {
          if (error instanceof ProtocolError) throw error;
          const id = randomUUID().slice(0, 8);
          logger.error(`${name} failed (${id}): ${String(error)}`, (error as Error)?.stack);
          throw new ProtocolError(ErrorCode.internalError, `Internal error (${id})`);
        }
      },
    ]),
  );
}
