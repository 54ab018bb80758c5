import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import type { McpCallEvent, McpCallObserver } from 'nestjs-mcp';
import { UnitOfWork } from '../database/unit-of-work.js';
import { AuditEntry } from './audit-entry.entity.js';

/** The most entries in the table; older ones are deleted. */
const kept = 10_000;
/** The most entries that wait for the database; further ones are counted and dropped. */
const waiting = 1_000;
/** A name comes from the client, and need not belong to this service. */
const longestName = 200;

type NewEntry = Omit<AuditEntry, 'id'>;

/** Writes each call of a tool, a resource or a prompt to the database, without delaying the calls. */
@Injectable()
export class AuditTrail implements McpCallObserver, BeforeApplicationShutdown {
  private readonly logger = new Logger(AuditTrail.name);
  private entries: NewEntry[] = [];
  private lost = 0;
  private writing: Promise<void> | undefined;

  constructor(private readonly unitOfWork: UnitOfWork) {}

  onCall(event: McpCallEvent): void {
    const { primitive, principal, startedAt, method, outcome, durationMs, errorId } = event;
    if (!primitive) return;
    if (this.entries.length >= waiting) {
      this.lost += 1;
      return;
    }
    this.entries.push({
      at: startedAt,
      subject: principal?.subject ?? null,
      method,
      primitive: primitive.name.slice(0, longestName),
      outcome,
      durationMs,
      errorId: errorId ?? null,
    });
    this.writing ??= this.write();
  }

  /** Resolves when all entries so far are in the database. */
  async settled(): Promise<void> {
    await this.writing;
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.settled();
  }

  private async write(): Promise<void> {
    while (this.entries.length > 0) {
      const batch = this.entries.splice(0);
      try {
        // Entries that arrive meanwhile form the next batch.
        // oxlint-disable-next-line no-await-in-loop
        await this.unitOfWork.run(async (manager) => {
          await manager.insert(AuditEntry, batch);
          await manager.query(
            'DELETE FROM "audit_entries" WHERE "id" <= (SELECT MAX("id") FROM "audit_entries") - ?',
            [kept],
          );
        });
      } catch (error) {
        this.lost += batch.length;
        this.logger.error(`The audit trail was not written: ${String(error)}`);
      }
    }
    if (this.lost > 0) this.logger.warn(`${this.lost} calls are not in the audit trail.`);
    this.lost = 0;
    this.writing = undefined;
  }
}
