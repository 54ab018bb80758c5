import { Injectable, NotFoundException } from '@nestjs/common';
import { IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { McpParam, McpResource, McpTool } from 'nestjs-mcp';

export interface Note {
  id: number;
  title: string;
  text: string;
}

export class WriteNote {
  @IsString()
  @IsNotEmpty()
  @MaxLength(80)
  title: string;

  @IsOptional()
  @IsString()
  text?: string;
}

/** The service that the REST routes use, too: the decorators are all that MCP adds to it. */
@Injectable()
export class NotesService {
  private readonly notes: Note[] = [];

  @McpTool({ description: 'Writes a note and keeps it.' })
  writeNote({ title, text = '' }: WriteNote): Note {
    const note = { id: this.notes.length + 1, title, text };
    this.notes.push(note);
    return note;
  }

  @McpTool({ description: 'Finds the notes whose title contains a word.' })
  findNotes(@McpParam('word') word: string): Note[] {
    return this.notes.filter(({ title }) => title.toLowerCase().includes(word.toLowerCase()));
  }

  @McpResource('note://{id}', { description: 'One note.' })
  note(@McpParam('id') id: string): Note {
    const note = this.notes.find((one) => String(one.id) === id);
    if (!note) throw new NotFoundException(`There is no note ${id}.`);
    return note;
  }
}
