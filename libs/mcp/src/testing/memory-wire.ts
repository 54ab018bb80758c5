import type { Message } from '../protocol/json-rpc.js';
import type { ServerInside } from '../server/server-inside.js';
import type { McpAuth } from '../sessions/mcp-auth.js';
import type { Receive, TestWire } from './test-wire.js';

type MemoryEnd = Awaited<ReturnType<ServerInside['connectInMemory']>>;

/** The in-memory transport: the engine without HTTP, and so without routes and their guards. */
export class MemoryWire implements TestWire {
  readonly cancelsByStream = false;
  private end: MemoryEnd | undefined;

  constructor(
    private readonly inside: ServerInside,
    private readonly auth: McpAuth | undefined,
  ) {}

  async open(receive: Receive): Promise<void> {
    this.end = await this.inside.connectInMemory(this.auth);
    this.end.onmessage = (message) => receive(message);
    await this.end.start();
  }

  async send(message: Message): Promise<void> {
    await this.end?.send(message);
  }

  async close(): Promise<void> {
    await this.end?.close();
  }
}
