import { Controller, Get, Param, ParseIntPipe, Query, UseInterceptors } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { PageQuery } from '../paging/page-query.dto.js';
import { PageInterceptor, type Page } from '../paging/page.interceptor.js';
import { User } from './user.entity.js';
import { UsersService } from './users.service.js';

/** The REST API of the users. */
@ApiTags('users')
@Controller('users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  /** Returns one page of all users; `X-Total-Count` is their total number. */
  @Get()
  @ApiOperation({ summary: 'List users' })
  @ApiOkResponse({ type: [User] })
  @UseInterceptors(PageInterceptor)
  list(@Query() page: PageQuery): Promise<Page<User>> {
    return this.users.list(page);
  }

  /** Returns one user, or 404. */
  @Get(':id')
  @ApiOperation({ summary: 'Read one user' })
  @ApiOkResponse({ type: User })
  @ApiNotFoundResponse()
  find(@Param('id', ParseIntPipe) id: number): Promise<User> {
    return this.users.find(id);
  }
}
