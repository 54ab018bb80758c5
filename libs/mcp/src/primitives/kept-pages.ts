import { keepJson } from '../protocol/kept-json.js';

/** One page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Undefined on the last page. */
  readonly nextCursor: string | undefined;
}

/**
 * The pages of a list that never changes and is the same for every caller. Each is made once, with its JSON and its
 * cursor. There are as many as a client gets that walks through the list.
 */
export class KeptPages<Item> {
  private readonly pages = new Map<number, Page<Item>>();
  private readonly starts = new Map<unknown, number>([[undefined, 0]]);

  constructor(
    readonly items: readonly Item[],
    private readonly size: number,
    private readonly make: (start: number) => Page<Item>,
  ) {}

  /** The index at which the page of a cursor begins; `undefined` for a cursor that no page here has. */
  startOf(cursor: unknown): number | undefined {
    return this.starts.get(cursor);
  }

  at(start: number): Page<Item> {
    const known = this.pages.get(start);
    if (known) return known;
    const page = this.make(start);
    // Cursors that were made before the list changed lead to any index: those pages are not kept.
    if (start % this.size !== 0) return page;
    keepJson(page.items);
    this.pages.set(start, page);
    if (page.nextCursor !== undefined) this.starts.set(page.nextCursor, start + this.size);
    return page;
  }
}
