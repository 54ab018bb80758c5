import type { LoggerService } from '@nestjs/common';

/** A finding that works but should be changed. */
export interface Advice {
  /** The finding, for all its subjects: `These tools have no description`. */
  readonly finding: string;
  /** The remedy, as a sentence. */
  readonly mend: string;
}

/** Collects the findings of a server's boot and logs one warning for each kind of finding, with all its subjects. */
export class BootAdvice {
  private readonly found = new Map<
    string,
    { readonly mend: string; readonly subjects: Set<string> }
  >();
  private isBooted = false;

  constructor(private readonly logger: LoggerService) {}

  /** Adds a finding. After the boot (for a primitive that is added at run time) it is logged at once. */
  give({ finding, mend }: Advice, subject: string): void {
    const known = this.found.get(finding) ?? { mend, subjects: new Set() };
    this.found.set(finding, known);
    known.subjects.add(subject);
    if (this.isBooted) this.tell();
  }

  /** Logs the warnings. */
  tell(): void {
    this.isBooted = true;
    for (const [finding, { mend, subjects }] of this.found) {
      this.logger.warn(`${finding}: ${[...subjects].join(', ')}. ${mend}`);
    }
    this.found.clear();
  }
}
