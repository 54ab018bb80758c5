import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Product } from '../products/product.entity.js';
import { ReindexService } from './reindex.service.js';

/** Maintenance of the search index. */
@Module({ imports: [TypeOrmModule.forFeature([Product])], providers: [ReindexService] })
export class ReindexModule {}
