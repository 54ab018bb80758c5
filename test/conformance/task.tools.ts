import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { McpContext, McpParam, McpTool } from 'nestjs-mcp';
import { NameForm } from './forms.js';

const SECOND = 1_000;
const confirm = { type: 'object', properties: { confirm: { type: 'boolean' } } };

/** Tools whose calls go on after their answer, where the client knows tasks. */
@Injectable()
export class TaskTools {
  @McpTool({ description: 'Greets, at once.' })
  greet(@McpParam('name') name: string) {
    return `Hello, ${name}!`;
  }

  @McpTool({ description: 'Takes its time, until somebody cancels it.', task: 'optional' })
  async slowCompute(
    @McpParam('seconds') seconds: number,
    @McpParam('label') label: string,
    context: McpContext,
  ) {
    await delay(seconds * SECOND, undefined, { signal: context.signal });
    return `${label} is computed`;
  }

  @McpTool({ description: 'Fails after a second.', task: 'required' })
  async failingJob(context: McpContext) {
    await delay(SECOND, undefined, { signal: context.signal });
    throw new Error('The job has failed');
  }

  @McpTool({
    description: 'Needs what the client does not offer: an error of the protocol.',
    task: 'required',
  })
  async protocolErrorJob(context: McpContext) {
    return JSON.stringify(await context.roots());
  }

  @McpTool({ description: 'Asks before it deletes.', task: 'optional' })
  async confirmDelete(@McpParam('filename') filename: string, context: McpContext) {
    const answer = await context.elicit(confirm, `Delete ${filename}?`);
    const isSure = answer.action === 'accept' && answer.value.confirm === true;
    return isSure ? `Deleted ${filename}` : `Kept ${filename}`;
  }

  @McpTool({ description: 'Asks two things at once.', task: 'optional' })
  async multiInput(context: McpContext) {
    const answers = await Promise.all([
      context.elicit(confirm, 'Is the first one right?', { key: 'first' }),
      context.elicit(confirm, 'Is the second one right?', { key: 'second' }),
    ]);
    return JSON.stringify(answers);
  }

  @McpTool({
    name: 'test_tool_with_task',
    description: 'Asks for a name in the call, and greets in the task.',
    task: 'required',
    beginsTask: true,
  })
  async withTask(context: McpContext) {
    const answer = await context.elicit(NameForm, 'What is your name?', { key: 'user_name' });
    await context.beginTask();
    return answer.action === 'accept' ? `Hello, ${answer.value.name}!` : 'Hello, whoever you are!';
  }
}
