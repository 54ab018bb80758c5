import { Module } from '@nestjs/common';
import { Seeder } from './seeder.js';

/** Sample data for an empty database. */
@Module({ providers: [Seeder] })
export class SeedModule {}
