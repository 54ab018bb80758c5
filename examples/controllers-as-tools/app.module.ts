import { Module } from '@nestjs/common';
import { McpModule } from 'nestjs-mcp';
import { TasksController } from './tasks.controller.js';

@Module({
  imports: [McpModule.forRoot({ name: 'tasks', version: '1.0.0' })],
  controllers: [TasksController],
})
export class AppModule {}
