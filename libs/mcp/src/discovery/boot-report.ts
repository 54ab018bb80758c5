import type { ModulesContainer } from '@nestjs/core';
import { DeclarationErrors } from '../errors/declaration-errors.js';

const reports = new WeakMap<ModulesContainer, BootReport>();

/** What the servers of one application have found declared wrongly. The last of them to look speaks for all. */
export class BootReport {
  readonly errors = new DeclarationErrors();
  private readonly open = new Set<() => Promise<void>>();

  static of(modules: ModulesContainer): BootReport {
    let report = reports.get(modules);
    if (!report) reports.set(modules, (report = new BootReport()));
    return report;
  }

  /** A server that is going to look: `explore` adds what it finds to `errors`. */
  expect(explore: () => Promise<void>): void {
    this.open.add(explore);
  }

  /** Lets a server look. Throws `McpConfigurationError` when all have looked and something is wrong. */
  async run(explore: () => Promise<void>): Promise<void> {
    this.open.delete(explore);
    await explore();
    if (this.open.size === 0) this.errors.throwAll();
  }

  /** Lets all look that have not yet, for a boot that ends early. Throws `McpConfigurationError`. */
  async end(): Promise<never> {
    for (const explore of this.open) {
      // Nothing is wired up yet: what only shows here would hide what has been found.
      await explore().catch(() => undefined);
    }
    this.errors.throwAll();
    throw new Error('A boot ended early without an error');
  }
}
