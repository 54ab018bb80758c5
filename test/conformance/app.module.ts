import { Controller, Get, Module } from '@nestjs/common';
import { McpModule } from 'nestjs-mcp';
import { AskingTools } from './asking.tools.js';
import { ContentTools } from './content.tools.js';
import { Prompts } from './prompts.js';
import { Resources } from './resources.js';
import { RoundsTools } from './rounds.tools.js';
import { RunningTools } from './running.tools.js';
import { TaskTools } from './task.tools.js';

@Controller('health')
class HealthController {
  @Get()
  check() {
    return { status: 'ok' };
  }
}

/** Everything that the official suite asks a server for, written with the public API alone. */
@Module({
  imports: [
    McpModule.forRoot({
      name: 'conformance',
      version: '1.0.0',
      instructions: 'A server that has one of everything.',
      skills: ['test/conformance/skills'],
      stateSecret: 'only a test knows this one, of 32 bytes',
    }),
  ],
  controllers: [HealthController],
  providers: [ContentTools, RunningTools, AskingTools, RoundsTools, TaskTools, Prompts, Resources],
})
export class ConformanceModule {}
