import { Controller, Get, Req, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { BearerAuthGuard, HostOriginGuard, InjectMcpServer, type McpServerRef } from 'nestjs-mcp';

/** What an MCP client would list, for people and scripts that speak plain HTTP; guarded as the MCP routes are. */
@ApiTags('tools')
@ApiBearerAuth()
@UseGuards(HostOriginGuard, BearerAuthGuard)
@Controller('tools')
export class ToolsController {
  constructor(@InjectMcpServer() private readonly server: McpServerRef) {}

  /** Needs a token where `/mcp` needs one, and shows what the same caller would see there. */
  @Get()
  @ApiOperation({ summary: 'List the MCP tools' })
  async list(@Req() request: object) {
    return { tools: await this.server.tools.visibleTo(request) };
  }
}
