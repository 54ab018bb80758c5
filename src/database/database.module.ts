import { Global, Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { TypeOrmModule } from '@nestjs/typeorm';
import Libsql from 'libsql';
import type { Environment } from '../config/environment.js';
import { CreateAudit1790000000001 } from './create-audit.migration.js';
import { CreateInventory1790000000000 } from './create-inventory.migration.js';
import { UnitOfWork } from './unit-of-work.js';

/** The embedded database: in memory, or the file in DATABASE_FILE. It is migrated at each start. */
@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [ConfigService],
      useFactory: (config: ConfigService<Environment, true>) => ({
        type: 'better-sqlite3',
        // libsql is compatible with better-sqlite3 and is installed as a prebuilt binary.
        driver: Libsql,
        database: config.get('DATABASE_FILE', { infer: true }) ?? ':memory:',
        autoLoadEntities: true,
        migrations: [CreateInventory1790000000000, CreateAudit1790000000001],
        migrationsRun: true,
        retryAttempts: 0,
      }),
    }),
  ],
  providers: [UnitOfWork],
  exports: [UnitOfWork],
})
export class DatabaseModule {}
