import { Injectable } from '@nestjs/common';
import { McpContext, McpParam, McpTool, text, type McpSamplingRequest } from 'nestjs-mcp';
import { DEFAULTS_FORM, ENUMS_FORM, NameForm, UserForm } from './forms.js';

/** Tools that ask the client, the same for every era. */
@Injectable()
export class AskingTools {
  @McpTool({ name: 'test_sampling', description: 'Asks the model of the client.' })
  async sampling(@McpParam('prompt') prompt: string, context: McpContext) {
    const { content } = await context.sample(toRequest(prompt));
    return `LLM response: ${JSON.stringify(content)}`;
  }

  @McpTool({ name: 'test_elicitation', description: 'Asks the user.' })
  async elicitation(@McpParam('message') message: string, context: McpContext) {
    return `User response: ${JSON.stringify(await context.elicit(UserForm, message))}`;
  }

  @McpTool({
    name: 'test_elicitation_sep1034_defaults',
    description: 'Asks by a form that is filled in already.',
  })
  async defaults(context: McpContext) {
    const answer = await context.elicit(DEFAULTS_FORM, 'Please review and update the form fields');
    return `Elicitation completed: ${JSON.stringify(answer)}`;
  }

  @McpTool({
    name: 'test_elicitation_sep1330_enums',
    description: 'Asks for a choice, in every form that there is.',
  })
  async enums(context: McpContext) {
    const answer = await context.elicit(ENUMS_FORM, 'Please select options from the enum fields');
    return `Elicitation completed: ${JSON.stringify(answer)}`;
  }

  @McpTool({
    name: 'test_missing_capability',
    description: 'Asks what hardly a client can answer.',
  })
  async missingCapability(context: McpContext) {
    const { content } = await context.sample(toRequest('Say hello.'));
    return JSON.stringify(content);
  }

  @McpTool({ name: 'test_streaming_elicitation', description: 'Asks after it has reported.' })
  async streamingElicitation(context: McpContext) {
    await context.progress(1, 2);
    const answer = await context.elicit(NameForm, 'What is your name?', { key: 'user_name' });
    return JSON.stringify(answer);
  }

  @McpTool({
    name: 'test_input_required_result_elicitation',
    description: 'Asks the user for a name.',
  })
  async name(context: McpContext) {
    const answer = await context.elicit(NameForm, 'What is your name?', { key: 'user_name' });
    return answer.action === 'accept' ? `Hello, ${answer.value.name}!` : 'Hello, whoever you are!';
  }

  @McpTool({
    name: 'test_input_required_result_sampling',
    description: 'Asks the model of the client for a capital.',
  })
  async capital(context: McpContext) {
    const { content } = await context.sample(toRequest('What is the capital of France?'), {
      key: 'capital_question',
    });
    return JSON.stringify(content);
  }

  @McpTool({
    name: 'test_input_required_result_list_roots',
    description: 'Asks which directories are open.',
  })
  async clientRoots(context: McpContext) {
    const roots = await context.roots({ key: 'client_roots' });
    return `${roots.length} roots`;
  }
}

export function toRequest(prompt: string): McpSamplingRequest {
  return { messages: [{ role: 'user', content: text(prompt) }], maxTokens: 100 };
}
