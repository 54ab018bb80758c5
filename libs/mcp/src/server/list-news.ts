/**
 * Announces changed lists. Several changes at once are announced once, and changes during the boot are not announced.
 */
export class ListNews {
  private readonly pending = new Set<string>();
  private isOpen = false;

  constructor(private readonly tell: (notification: string) => void) {}

  /** Starts the announcements. */
  open(): void {
    this.isOpen = true;
  }

  /** Announces that a list has changed. */
  announce(notification: string): void {
    if (!this.isOpen || this.pending.has(notification)) return;
    this.pending.add(notification);
    setImmediate(() => {
      this.pending.delete(notification);
      this.tell(notification);
    });
  }
}
