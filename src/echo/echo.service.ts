import { Injectable } from '@nestjs/common';
import { McpParam, McpPrompt, McpResource, McpTool } from 'nestjs-mcp';

const annotations = { readOnlyHint: true, idempotentHint: true, openWorldHint: false };

/** Says back what it is told, as tool, resource and prompt: the first thing to try with a new client. */
@Injectable()
export class EchoService {
  /** As text with a label. */
  @McpTool({
    title: 'Echo tool',
    description: 'Answers with the message, labelled as coming from a tool.',
    annotations,
  })
  echoTool(@McpParam('message', { description: 'Any text.' }) message: string): string {
    return `Tool echo: ${message}`;
  }

  /** As it is. */
  @McpTool({ title: 'Echo', description: 'Answers with the message as it is.', annotations })
  echo(@McpParam('message', { description: 'Any text.' }) message: string): string {
    return message;
  }

  /** The message out of the URI. */
  @McpResource('echo://{message}', {
    name: 'echo_resource',
    title: 'Echo resource',
    description: 'Says back the message in its URI.',
    mimeType: 'text/plain',
  })
  echoResource(@McpParam('message', { description: 'Any text.' }) message: string): string {
    return `Resource echo: ${message}`;
  }

  /** A user message about the message. */
  @McpPrompt({
    title: 'Echo prompt',
    description: 'Asks the model to process a message.',
  })
  echoPrompt(@McpParam('message', { description: 'Any text.' }) message: string): string {
    return `Please process this message: ${message}`;
  }
}
