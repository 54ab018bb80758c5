import type { ResourcePrimitive } from './resource.primitive.js';

/** Tells by what templates begin with which of them a URI can be of: reading one of 500 costs no more than one of five. */
export class TemplateLookup {
  /** Positions in the list, by the literal beginning, by its length. */
  private readonly byLength = new Map<number, Map<string, number[]>>();

  constructor(readonly resources: readonly ResourcePrimitive[]) {
    for (const [position, { template }] of resources.entries()) {
      if (!template) continue;
      const { prefix } = template;
      const byPrefix = this.byLength.get(prefix.length) ?? new Map<string, number[]>();
      this.byLength.set(prefix.length, byPrefix);
      const positions = byPrefix.get(prefix) ?? [];
      byPrefix.set(prefix, positions);
      positions.push(position);
    }
  }

  /** Those that begin as the URI does, in the order of the list. */
  candidates(uri: string): ResourcePrimitive[] {
    const positions: number[] = [];
    for (const [length, byPrefix] of this.byLength) {
      if (length <= uri.length) positions.push(...(byPrefix.get(uri.slice(0, length)) ?? []));
    }
    return positions
      .toSorted((a, b) => a - b)
      .flatMap((position) => this.resources[position] ?? []);
  }
}
