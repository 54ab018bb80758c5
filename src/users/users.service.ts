import { Injectable, NotFoundException } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { McpParam, McpTool } from 'nestjs-mcp';
import type { Repository } from 'typeorm';
import type { PageQuery } from '../paging/page-query.dto.js';
import { toPage, type Page } from '../paging/page.interceptor.js';
import { User } from './user.entity.js';

/** Finds users, for the REST API and the MCP server. */
@Injectable()
export class UsersService {
  constructor(@InjectRepository(User) private readonly users: Repository<User>) {}

  /** @throws NotFoundException when there is no such user */
  @McpTool({
    name: 'get_user',
    title: 'Get user',
    description: 'Reads one user of the shop by id: name, e-mail, role and city.',
    annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
  })
  async find(
    @McpParam('id', { description: 'Id of the user, a whole number.', schema: { type: 'integer' } })
    id: number,
  ): Promise<User> {
    const user = await this.users.findOneBy({ id });
    if (user === null) throw new NotFoundException(`No user has the id ${id}`);
    return user;
  }

  /** Returns one page of all users by id, and their total number. */
  async list(page: PageQuery): Promise<Page<User>> {
    return toPage(await this.users.findAndCount({ order: { id: 'ASC' }, ...page.window }));
  }
}
