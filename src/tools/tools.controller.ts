import { Controller, Get, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { BearerAuthGuard, InjectMcpServer, type McpServerRef } from 'nestjs-mcp';

/** What an MCP client would list, for people and scripts that speak plain HTTP. */
@ApiTags('tools')
@ApiBearerAuth()
@UseGuards(BearerAuthGuard)
@Controller('tools')
export class ToolsController {
  constructor(@InjectMcpServer() private readonly server: McpServerRef) {}

  /** Needs a token where `/mcp` needs one. */
  @Get()
  @ApiOperation({ summary: 'List the MCP tools' })
  list() {
    return { tools: this.server.tools.list() };
  }
}
