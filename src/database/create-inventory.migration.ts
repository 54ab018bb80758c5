import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The tables of the first release. Names and layout are TypeORM's own, because it compares them with the SQL text that
 * SQLite stores, and would report a difference as a change of the schema.
 */
const statements = [
  table('products', [
    '"id" integer PRIMARY KEY AUTOINCREMENT NOT NULL',
    '"sku" text NOT NULL',
    '"name" text NOT NULL',
    '"category" text NOT NULL',
    '"price_cents" integer NOT NULL',
    '"stock" integer NOT NULL',
    '"discontinued" boolean NOT NULL DEFAULT (0)',
    '"search_key" text NOT NULL',
    'CONSTRAINT "UQ_c44ac33a05b144dd0d9ddcf9327" UNIQUE ("sku")',
    'CONSTRAINT "stock_not_negative" CHECK ("stock" >= 0)',
  ]),
  'CREATE INDEX "IDX_c3932231d2385ac248d0888d95" ON "products" ("category")',
  table('users', [
    '"id" integer PRIMARY KEY AUTOINCREMENT NOT NULL',
    '"name" text NOT NULL',
    '"email" text NOT NULL',
    '"role" text NOT NULL',
    '"city" text NOT NULL',
    `"created_at" datetime NOT NULL DEFAULT (datetime('now'))`,
    'CONSTRAINT "UQ_97672ac88f789774dd47f7c8be3" UNIQUE ("email")',
  ]),
  table('orders', [
    '"id" integer PRIMARY KEY AUTOINCREMENT NOT NULL',
    '"user_id" integer NOT NULL',
    '"status" text NOT NULL',
    '"total_cents" integer NOT NULL',
    `"created_at" datetime NOT NULL DEFAULT (datetime('now'))`,
    'CONSTRAINT "FK_a922b820eeef29ac1c6800e826a" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE RESTRICT ON UPDATE NO ACTION',
  ]),
  'CREATE INDEX "IDX_a922b820eeef29ac1c6800e826" ON "orders" ("user_id")',
  table('order_lines', [
    '"id" integer PRIMARY KEY AUTOINCREMENT NOT NULL',
    '"product_id" integer NOT NULL',
    '"sku" text NOT NULL',
    '"name" text NOT NULL',
    '"quantity" integer NOT NULL',
    '"unit_price_cents" integer NOT NULL',
    '"order_id" integer NOT NULL',
    'CONSTRAINT "FK_6a619803439ea92778cafc8fb54" FOREIGN KEY ("order_id") REFERENCES "orders" ("id") ON DELETE CASCADE ON UPDATE NO ACTION',
    'CONSTRAINT "FK_c33a737fbeb5050911ca729aaed" FOREIGN KEY ("product_id") REFERENCES "products" ("id") ON DELETE RESTRICT ON UPDATE NO ACTION',
  ]),
  'CREATE INDEX "IDX_6a619803439ea92778cafc8fb5" ON "order_lines" ("order_id")',
];

function table(name: string, parts: readonly string[]): string {
  return `CREATE TABLE "${name}" (${parts.join(', ')})`;
}

/** Creates the tables of the inventory. */
export class CreateInventory1790000000000 implements MigrationInterface {
  name = 'CreateInventory1790000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of ['order_lines', 'orders', 'users', 'products']) {
      await runner.query(`DROP TABLE "${name}"`);
    }
  }
}
