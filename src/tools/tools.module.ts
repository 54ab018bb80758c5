import { Module } from '@nestjs/common';
import { ToolsController } from './tools.controller.js';

/** The list of MCP tools without an MCP client. */
@Module({ controllers: [ToolsController] })
export class ToolsModule {}
