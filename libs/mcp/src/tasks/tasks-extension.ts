import type { McpClientInfo } from '../context/mcp-call.js';
import { missingCapability } from '../context/mcp-question.js';
import type { ProtocolError } from '../errors/protocol.error.js';

/** Identifier of the extension Tasks, with which a call goes on after its answer. */
export const tasksExtension = 'io.modelcontextprotocol/tasks';

/** Whether the client of this request supports tasks. */
export function knowsTasks(client: McpClientInfo | undefined): boolean {
  const extensions = client?.capabilities.extensions as Record<string, unknown> | undefined;
  const declared = extensions?.[tasksExtension];
  return typeof declared === 'object' && declared !== null;
}

/** The error for a client that does not support tasks. */
export function tasksMissing(): ProtocolError {
  return missingCapability(
    { extensions: { [tasksExtension]: {} } },
    'This needs a client that has declared',
  );
}
