import type { McpClientInfo } from '../context/mcp-call.js';
import { missingCapability } from '../context/mcp-question.js';
import type { ProtocolError } from '../errors/protocol.error.js';

/** Extension of the protocol by which a call goes on after its answer: Tasks. */
export const tasksExtension = 'io.modelcontextprotocol/tasks';

/** Whether the caller of this very request can deal with tasks. */
export function knowsTasks(client: McpClientInfo | undefined): boolean {
  const extensions = client?.capabilities.extensions as Record<string, unknown> | undefined;
  const declared = extensions?.[tasksExtension];
  return typeof declared === 'object' && declared !== null;
}

/** What a client that does not know tasks is told. */
export function tasksMissing(): ProtocolError {
  return missingCapability(
    { extensions: { [tasksExtension]: {} } },
    'This needs a client that has declared',
  );
}
