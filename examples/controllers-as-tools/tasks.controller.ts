import {
  Body,
  Controller,
  DefaultValuePipe,
  Get,
  NotFoundException,
  Param,
  ParseIntPipe,
  Patch,
  Post,
  Query,
  UseGuards,
} from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { IsIn, IsString, MinLength } from 'class-validator';
import { McpTools } from 'nestjs-mcp';
import { TeamKeyGuard } from './team-key.guard.js';

const states = ['open', 'done'] as const;

export class NewTask {
  @IsString()
  @MinLength(3)
  title: string;
}

export class TaskState {
  @IsIn(states)
  state: (typeof states)[number];
}

export interface Task extends NewTask, TaskState {
  id: number;
}

/** Every route is a tool: the parameters of the method are its input, and the guard stands before both. */
@McpTools()
@UseGuards(TeamKeyGuard)
@Controller('tasks')
export class TasksController {
  private readonly tasks: Task[] = [];

  @Get()
  @ApiOperation({ summary: 'List tasks', description: 'The tasks of the team, the newest first.' })
  listTasks(@Query('limit', new DefaultValuePipe(10), ParseIntPipe) limit: number): Task[] {
    return this.tasks.toReversed().slice(0, limit);
  }

  @Post()
  @ApiOperation({ summary: 'Create a task' })
  createTask(@Body() { title }: NewTask): Task {
    const task: Task = { id: this.tasks.length + 1, title, state: 'open' };
    this.tasks.push(task);
    return task;
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Open or close a task' })
  changeTask(@Param('id', ParseIntPipe) id: number, @Body() { state }: TaskState): Task {
    const task = this.tasks.find((one) => one.id === id);
    if (!task) throw new NotFoundException(`There is no task ${id}.`);
    task.state = state;
    return task;
  }
}
