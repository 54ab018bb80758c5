import type { ModulesContainer } from '@nestjs/core';
import { DeclarationErrors } from '../errors/declaration-errors.js';

const reports = new WeakMap<ModulesContainer, BootReport>();

/**
 * Collects the declaration errors of all servers of one application. The last server that is explored reports all of
 * them.
 */
export class BootReport {
  readonly errors = new DeclarationErrors();
  private readonly open = new Set<() => Promise<void>>();

  static of(modules: ModulesContainer): BootReport {
    let report = reports.get(modules);
    if (!report) reports.set(modules, (report = new BootReport()));
    return report;
  }

  /** Registers a server before it is explored: `explore` adds its errors to `errors`. */
  expect(explore: () => Promise<void>): void {
    this.open.add(explore);
  }

  /** Explores a server. Throws `McpConfigurationError` after the last one if there are errors. */
  async run(explore: () => Promise<void>): Promise<void> {
    this.open.delete(explore);
    await explore();
    if (this.open.size === 0) this.errors.throwAll();
  }

  /** Explores all remaining servers, for a boot that ends early. Throws `McpConfigurationError`. */
  async end(): Promise<never> {
    for (const explore of this.open) {
      // The application is incomplete: an error that results from that would hide the ones found before.
      await explore().catch(() => undefined);
    }
    this.errors.throwAll();
    throw new Error('A boot ended early without an error');
  }
}
