import { Injectable } from '@nestjs/common';
import { McpParam, McpPrompt, McpResource, McpTool } from 'nestjs-mcp';

const annotations = { readOnlyHint: true, idempotentHint: true, openWorldHint: false };

/** Returns its input as tool, resource and prompt: the first thing to try with a new client. */
@Injectable()
export class EchoService {
  /** Returns the message with a label. */
  @McpTool({
    title: 'Echo tool',
    description: 'Answers with the message, labelled as coming from a tool.',
    annotations,
  })
  echoTool(@McpParam('message', { description: 'Any text.' }) message: string): string {
    return `Tool echo: ${message}`;
  }

  /** Returns the message unchanged. */
  @McpTool({ title: 'Echo', description: 'Answers with the message as it is.', annotations })
  echo(@McpParam('message', { description: 'Any text.' }) message: string): string {
    return message;
  }

  /** Returns the message in the URI. */
  @McpResource('echo://{message}', {
    name: 'echo_resource',
    title: 'Echo resource',
    description: 'Says back the message in its URI.',
    mimeType: 'text/plain',
  })
  echoResource(@McpParam('message', { description: 'Any text.' }) message: string): string {
    return `Resource echo: ${message}`;
  }

  /** Returns a user message with the message. */
  @McpPrompt({
    title: 'Echo prompt',
    description: 'Asks the model to process a message.',
  })
  echoPrompt(@McpParam('message', { description: 'Any text.' }) message: string): string {
    return `Please process this message: ${message}`;
  }
}
