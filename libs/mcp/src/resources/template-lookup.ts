import type { ResourcePrimitive } from './resource.primitive.js';

/**
 * Finds the templates that can match a URI by their literal prefixes, so that reading one of 500 resources costs no
 * more than one of five.
 */
export class TemplateLookup {
  /** Positions in the list, by literal prefix, by its length. */
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

  /** The resources whose prefix the URI has, in the order of the list. */
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
