import type { INestApplication } from '@nestjs/common';

/** What the methods of all applications have done, in order: a route and its tool must do the same. */
export const effects: unknown[] = [];

/** Records that something has been changed. */
export function changed(what: string, ...details: readonly unknown[]): void {
  effects.push(JSON.parse(JSON.stringify([what, ...details])));
}

/** One of the applications. */
export interface Adopted {
  /** Its root module. */
  readonly module: new () => object;
  /** What its `main.ts` does between creation and `listen()`. */
  readonly configure?: (app: INestApplication) => void;
  /** Headers of those who call, by name. */
  readonly callers: (app: INestApplication) => Record<string, Record<string, string>>;
  /** Path of its MCP endpoint. */
  readonly path: string;
}
