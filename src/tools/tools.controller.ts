import { Controller, Get, Req, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { BearerAuthGuard, HostOriginGuard, InjectMcpServer, type McpServerRef } from 'nestjs-mcp';

/** The list of MCP tools for plain HTTP; guarded like the MCP routes. */
@ApiTags('tools')
@ApiBearerAuth()
@UseGuards(HostOriginGuard, BearerAuthGuard)
@Controller('tools')
export class ToolsController {
  constructor(@InjectMcpServer() private readonly server: McpServerRef) {}

  /** Requires a token if `/mcp` does, and returns the tools that the same caller would see there. */
  @Get()
  @ApiOperation({ summary: 'List the MCP tools' })
  async list(@Req() request: object) {
    return { tools: await this.server.tools.visibleTo(request) };
  }
}
