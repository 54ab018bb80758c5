import { Module } from '@nestjs/common';
import { McpModule } from 'nestjs-mcp';
import { NotesController } from './notes.controller.js';
import { NotesService } from './notes.service.js';

@Module({
  imports: [McpModule.forRoot({ name: 'notes', version: '1.0.0' })],
  controllers: [NotesController],
  providers: [NotesService],
})
export class AppModule {}
