import { Injectable } from '@nestjs/common';
import { embedded, image, McpCompletion, McpContext, McpParam, McpPrompt, user } from 'nestjs-mcp';
import { CapitalForm } from './forms.js';
import { PNG } from './samples.js';

/** Prompts, and what completes their arguments. */
@Injectable()
export class Prompts {
  @McpPrompt({ name: 'test_simple_prompt', description: 'A prompt without arguments.' })
  simple() {
    return 'This is a simple prompt for testing.';
  }

  @McpPrompt({ name: 'test_prompt_with_arguments', description: 'A prompt with two arguments.' })
  withArguments(
    @McpParam('arg1', { description: 'First test argument' }) arg1: string,
    @McpParam('arg2', { description: 'Second test argument' }) arg2: string,
  ) {
    return `Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`;
  }

  @McpCompletion({ prompt: 'test_prompt_with_arguments', argument: 'arg1' })
  complete(value: string) {
    return ['test', 'testing', 'tested'].filter((word) => word.startsWith(value));
  }

  @McpPrompt({
    name: 'test_prompt_with_embedded_resource',
    description: 'A prompt with a resource inside.',
  })
  withResource(
    @McpParam('resourceUri', { description: 'URI of the resource to embed' }) uri: string,
  ) {
    return [
      user(
        embedded(uri, { text: 'Embedded resource content for testing.', mimeType: 'text/plain' }),
      ),
      user('Please process the embedded resource above.'),
    ];
  }

  @McpPrompt({ name: 'test_prompt_with_image', description: 'A prompt with an image.' })
  withImage() {
    return [user(image(PNG, 'image/png')), user('Please analyze the image above.')];
  }

  @McpPrompt({
    name: 'test_input_required_result_prompt',
    description: 'A prompt that asks before it is made.',
  })
  async asking(context: McpContext) {
    const answer = await context.elicit(CapitalForm, 'What is it about?', { key: 'user_context' });
    return `About ${answer.action === 'accept' ? answer.value.context : 'anything'}`;
  }
}
