import { Module } from '@nestjs/common';
import { ItemsService } from './items.service.js';

/** A small memory that all callers share. */
@Module({ providers: [ItemsService] })
export class ItemsModule {}
