/** Tells of changed lists: many changes at once are told once, and what changes while the server boots is no news. */
export class ListNews {
  private readonly pending = new Set<string>();
  private isOpen = false;

  constructor(private readonly tell: (notification: string) => void) {}

  /** From here on changes are news. */
  open(): void {
    this.isOpen = true;
  }

  /** A list has changed. */
  announce(notification: string): void {
    if (!this.isOpen || this.pending.has(notification)) return;
    this.pending.add(notification);
    setImmediate(() => {
      this.pending.delete(notification);
      this.tell(notification);
    });
  }
}
