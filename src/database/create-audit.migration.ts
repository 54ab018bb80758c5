import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Creates the table of the audit trail. */
export class CreateAudit1790000000001 implements MigrationInterface {
  name = 'CreateAudit1790000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE TABLE "audit_entries" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "at" datetime NOT NULL, "subject" text, "method" text NOT NULL, "primitive" text NOT NULL, "outcome" text NOT NULL, "duration_ms" real NOT NULL, "error_id" text)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE "audit_entries"');
  }
}
