import { clearTimeout, setTimeout } from 'node:timers';
import type { McpTestNotification } from './test-conversation.js';
import type { WireLog } from './wire-log.js';

/** The notifications that belong to no call. */
export class Notifications {
  readonly all: McpTestNotification[] = [];
  private readonly waiting = new Set<(notification: McpTestNotification) => void>();

  constructor(
    /** ms */
    private readonly timeout: number,
    private readonly log: WireLog,
  ) {}

  /** Adds a received notification. */
  add(notification: McpTestNotification): void {
    this.all.push(notification);
    for (const look of this.waiting) look(notification);
  }

  /** Resolves with the first matching notification, past or future. Rejects with `McpTestError` after the timeout. */
  waitFor(
    method: string,
    fits: (params: McpTestNotification['params']) => boolean,
  ): Promise<McpTestNotification> {
    const isWanted = (one: McpTestNotification): boolean =>
      one.method === method && fits(one.params);
    const known = this.all.find(isWanted);
    if (known) return Promise.resolve(known);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(look);
        reject(this.log.explain(`${method} has not come within ${this.timeout} ms.`));
      }, this.timeout);
      const look = (notification: McpTestNotification): void => {
        if (!isWanted(notification)) return;
        clearTimeout(timer);
        this.waiting.delete(look);
        resolve(notification);
      };
      this.waiting.add(look);
    });
  }
}
