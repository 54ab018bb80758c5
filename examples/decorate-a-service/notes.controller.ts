import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { NotesService, WriteNote, type Note } from './notes.service.js';

@Controller('notes')
export class NotesController {
  constructor(private readonly notes: NotesService) {}

  @Post()
  write(@Body() note: WriteNote): Note {
    return this.notes.writeNote(note);
  }

  @Get(':id')
  read(@Param('id') id: string): Note {
    return this.notes.note(id);
  }
}
