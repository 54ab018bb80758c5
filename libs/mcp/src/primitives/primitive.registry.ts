import { McpConfigurationError } from '../errors/configuration.error.js';
import type { McpPrimitive } from './mcp.primitive.js';

/** All primitives of one kind of one server. It refuses duplicates and notifies listeners of changes. */
export class PrimitiveRegistry<P extends McpPrimitive> {
  private readonly primitives = new Map<string, P>();
  private readonly listeners = new Set<() => void>();
  private sorted: readonly P[] | undefined;

  constructor(private readonly noun: string) {}

  /** Adds a primitive; the returned function removes it. Throws `McpConfigurationError` if its key is taken. */
  add(primitive: P): () => void {
    const taken = this.primitives.get(primitive.key);
    if (taken) {
      throw new McpConfigurationError(
        primitive.where,
        `${this.noun} '${primitive.key}' is already declared by ${taken.where}.`,
        'Give one of them another name, or put @McpGroup on one of the classes.',
      );
    }
    this.primitives.set(primitive.key, primitive);
    this.changed();
    return () => {
      if (this.primitives.get(primitive.key) !== primitive) return;
      this.primitives.delete(primitive.key);
      this.changed();
    };
  }

  get(key: string): P | undefined {
    return this.primitives.get(key);
  }

  /** All primitives, sorted by key, so that the order does not depend on imports. */
  all(): readonly P[] {
    this.sorted ??= [...this.primitives.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1));
    return this.sorted;
  }

  get size(): number {
    return this.primitives.size;
  }

  /** Calls `listener` after every change; the returned function unregisters it. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private changed(): void {
    this.sorted = undefined;
    for (const listener of this.listeners) listener();
  }
}
