import type { LoggerService } from '@nestjs/common';

/** Something that works and should be mended all the same. */
export interface Advice {
  /** What holds for all that it is given of: `These tools have no description`. */
  readonly finding: string;
  /** How to mend it, as a sentence. */
  readonly mend: string;
}

/** Gathers what a server found while it booted and warns once for each kind of finding, naming all that it holds for. */
export class BootAdvice {
  private readonly found = new Map<
    string,
    { readonly mend: string; readonly subjects: Set<string> }
  >();
  private isBooted = false;

  constructor(private readonly logger: LoggerService) {}

  /** After the boot (a primitive that is added at run time) it is told at once. */
  give({ finding, mend }: Advice, subject: string): void {
    const known = this.found.get(finding) ?? { mend, subjects: new Set() };
    this.found.set(finding, known);
    known.subjects.add(subject);
    if (this.isBooted) this.tell();
  }

  /** Writes the warnings. */
  tell(): void {
    this.isBooted = true;
    for (const [finding, { mend, subjects }] of this.found) {
      this.logger.warn(`${finding}: ${[...subjects].join(', ')}. ${mend}`);
    }
    this.found.clear();
  }
}
