import {
  degradeContent,
  isContent,
  isPlainObject,
  text,
  type McpContent,
} from '../primitives/content.js';

/** One message of a prompt. */
export interface McpPromptMessage {
  role: 'user' | 'assistant';
  content: McpContent;
}

/** A complete result of a prompt (`GetPromptResult` of the specification). */
export interface McpPromptResult {
  description?: string;
  messages: McpPromptMessage[];
  _meta?: Record<string, unknown>;
}

/** A message of the user, from text or a content block. */
export function user(content: string | McpContent): McpPromptMessage {
  return { role: 'user', content: typeof content === 'string' ? text(content) : content };
}

/** A message of the assistant, from text or a content block. */
export function assistant(content: string | McpContent): McpPromptMessage {
  return { role: 'assistant', content: typeof content === 'string' ? text(content) : content };
}

/** The returned value of a prompt's method cannot be read as messages. For the server's log, not for the client. */
export class UnusablePromptError extends Error {
  override readonly name = 'UnusablePromptError';
}

/** Converts the returned value of a method to messages. Throws `UnusablePromptError`. */
export function toPromptResult(
  value: unknown,
  description: string | undefined,
  protocolVersion: string,
): McpPromptResult {
  const result = toMessages(value);
  return {
    ...(description !== undefined && { description }),
    ...result,
    messages: result.messages.map((message) => ({
      ...message,
      content: degradeContent(message.content, protocolVersion),
    })),
  };
}

function toMessages(value: unknown): McpPromptResult {
  if (typeof value === 'string' || isContent(value)) return { messages: [user(value)] };
  if (isMessage(value)) return { messages: [value] };
  if (Array.isArray(value) && value.every(isMessage)) return { messages: value };
  if (isPlainObject(value) && Array.isArray(value.messages) && value.messages.every(isMessage)) {
    return value as unknown as McpPromptResult;
  }
  throw new UnusablePromptError(
    'the result is not a prompt. Return a string, messages made by user() and assistant(), or { messages, description? }.',
  );
}

function isMessage(value: unknown): value is McpPromptMessage {
  return (
    isPlainObject(value) &&
    (value.role === 'user' || value.role === 'assistant') &&
    isContent(value.content)
  );
}
