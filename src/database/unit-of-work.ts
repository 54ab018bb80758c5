import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import pLimit from 'p-limit';
import type { DataSource, EntityManager } from 'typeorm';

/**
 * Runs work in a transaction, one transaction at a time: an embedded database has one connection, on which TypeORM
 * would otherwise mix the statements of concurrent transactions.
 */
@Injectable()
export class UnitOfWork {
  private readonly oneAtATime = pLimit(1);

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Commits when `work` resolves, rolls back and rejects when it rejects. */
  run<Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    return this.oneAtATime(() => this.dataSource.transaction(work));
  }
}
