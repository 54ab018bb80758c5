import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { McpContext, McpTool } from 'nestjs-mcp';
import { toRequest } from './asking.tools.js';
import { NameForm } from './forms.js';

const confirm = { type: 'object', properties: { ok: { type: 'boolean' } } };

/** Tools whose calls take several rounds in the modern era. */
@Injectable()
export class RoundsTools {
  @McpTool({
    name: 'test_input_required_result_request_state',
    description: 'Does something once, asks, and goes on.',
  })
  async requestState(context: McpContext) {
    const ticket = await context.once('ticket', () => randomUUID());
    await context.elicit(confirm, 'Go on?', { key: 'confirm' });
    return `state-ok ${ticket}`;
  }

  @McpTool({
    name: 'test_input_required_result_multiple_inputs',
    description: 'Asks several things at once.',
  })
  async multipleInputs(context: McpContext) {
    const [name, greeting, roots] = await Promise.all([
      context.elicit(NameForm, 'What is your name?', { key: 'user_name' }),
      context.sample(toRequest('Say hello.'), { key: 'greeting' }),
      context.roots({ key: 'client_roots' }),
    ]);
    return JSON.stringify({ name, greeting: greeting.content, roots });
  }

  @McpTool({
    name: 'test_input_required_result_multi_round',
    description: 'Asks one thing after the other.',
  })
  async multiRound(context: McpContext) {
    const first = await context.elicit(NameForm, 'What is your name?', { key: 'step1' });
    const color = { type: 'object', properties: { color: { type: 'string' } } };
    const second = await context.elicit(color, 'Which colour do you like?', { key: 'step2' });
    return JSON.stringify([first, second]);
  }

  @McpTool({
    name: 'test_input_required_result_tampered_state',
    description: 'Asks, and takes no state but its own.',
  })
  async tamperedState(context: McpContext) {
    const answer = await context.elicit(confirm, 'Go on?', { key: 'confirm' });
    return JSON.stringify(answer);
  }

  @McpTool({
    name: 'test_input_required_result_capabilities',
    description: 'Asks for nothing that the client cannot give.',
  })
  async capabilities(context: McpContext) {
    const { sampling, elicitation } = context.client?.capabilities ?? {};
    const answers = await Promise.all([
      sampling ? context.sample(toRequest('Say hello.'), { key: 'greeting' }) : undefined,
      elicitation ? context.elicit(NameForm, 'Your name?', { key: 'user_name' }) : undefined,
    ]);
    return JSON.stringify(answers);
  }
}
