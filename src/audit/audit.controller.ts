import { Controller, Get, Query, UseGuards, UseInterceptors } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { InjectRepository } from '@nestjs/typeorm';
import { BearerAuthGuard, HostOriginGuard } from 'nestjs-mcp';
import type { Repository } from 'typeorm';
import { PageInterceptor, toPage, type Page } from '../paging/page.interceptor.js';
import { PageQuery } from '../paging/page-query.dto.js';
import { AuditEntry } from './audit-entry.entity.js';

/** The audit trail of MCP calls; it requires a token if `/mcp` does. */
@ApiTags('audit')
@ApiBearerAuth()
@UseGuards(HostOriginGuard, BearerAuthGuard)
@Controller('audit')
export class AuditController {
  constructor(@InjectRepository(AuditEntry) private readonly entries: Repository<AuditEntry>) {}

  /** The calls of MCP clients, the newest first. */
  @Get()
  @ApiOperation({ summary: 'List the calls of MCP clients', description: 'The newest first.' })
  @ApiOkResponse({ type: [AuditEntry] })
  @UseInterceptors(PageInterceptor)
  async list(@Query() query: PageQuery): Promise<Page<AuditEntry>> {
    return toPage(await this.entries.findAndCount({ order: { id: 'DESC' }, ...query.window }));
  }
}
