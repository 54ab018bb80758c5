/** What the load generator tells a server when it starts it. */
export interface ServerSettings {
  /** Beside `echo`. */
  tools: number;
  templates: number;
  way: 'session' | 'stateless' | 'modern' | 'sse';
  json: boolean;
  /** Zod schemas of tools: made once, or where a tool is registered, as the SDKs' examples do. */
  schemas: 'shared' | 'in place';
  /** Of the plain controller: its application has the module too. */
  beside: boolean;
  adapter: 'express' | 'fastify';
  /** A bearer guard in front, and a DTO of class-validator behind it; the plain controller has neither otherwise. */
  guarded: boolean;
  /** Each tool asks for a scope or has a `visibility`, and each token holds other scopes. */
  filtered: boolean;
  /** Beside the others, tools with large messages. */
  large: boolean;
  /** Beside tools and templates. */
  resources: number;
  /** URL of the Redis by which ours shares its sessions; '': it is alone. */
  redis: string;
  /** Of a peer in another language: program and arguments. */
  command: readonly string[];
}

/** What the server process says of itself. CPU in µs, memory in bytes, `upMs` since the process began. */
export interface ProcessFigures {
  cpu: number;
  heap: number;
  rss: number;
  upMs: number;
}

/** The settings of this server process. */
export const settings = JSON.parse(process.argv[2] ?? '{}') as ServerSettings;

const { gc } = globalThis as { gc?: () => void };

/** Tells the load generator where the server listens, and from then on how it fares. */
export function announce(port: number, read = figures): void {
  const report = (): void => void process.send?.(read());
  process.on('message', (question) => {
    if (question === 'settle') void settle().then(report);
    else report();
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.({ port, ...read() });
}

/** Tells the load generator any other result, and ends. */
export function conclude(result: object): void {
  process.send?.(result, () => process.exit(0));
}

function figures(): ProcessFigures {
  const { user, system } = process.cpuUsage();
  const { heapUsed, rss } = process.memoryUsage();
  return { cpu: user + system, heap: heapUsed, rss, upMs: performance.now() };
}

/** Whatever is only waiting to be collected is gone afterwards. */
async function settle(): Promise<void> {
  for (let i = 0; i < 4; i++) {
    gc?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
}
