import { Module } from '@nestjs/common';
import { ToolsController } from './tools.controller.js';

/** A look at the MCP tools without an MCP client. */
@Module({ controllers: [ToolsController] })
export class ToolsModule {}
