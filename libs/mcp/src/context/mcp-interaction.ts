import type { Type } from '@nestjs/common';
import { InvalidInputException } from '../errors/invalid-input.exception.js';
import { withoutPrototypeKeys } from '../schema/prototype-keys.js';
import { toLines } from '../schema/issue-lines.js';
import type { SchemaSource } from '../schema/to-schema.js';
import { toForm } from './elicitation-form.js';
import type { McpCall } from './mcp-call.js';
import type { McpQuestion } from './mcp-question.js';

/** The outcome of a form: the user has filled it in, declined it, or closed it. */
export type McpAnswer<T> =
  { action: 'accept'; value: T } | { action: 'decline' } | { action: 'cancel' };

/** Options of a question to the client. */
export interface McpQuestionOptions {
  /**
   * The key of the question in the modern era. Default: the ordinal of the question in the call. Set it if the order of
   * questions depends on more than the answers.
   */
  key?: string;
}

/** One message of a conversation with the client's model. */
export interface McpSamplingMessage {
  role: 'user' | 'assistant';
  /** One or several content blocks: `text('…')`, `image(…)`. */
  content: object;
}

/** The request to the client's model (specification, client/sampling). */
export interface McpSamplingRequest {
  messages: McpSamplingMessage[];
  /** The largest length of the answer, in tokens. */
  maxTokens: number;
  systemPrompt?: string;
  temperature?: number;
  stopSequences?: string[];
  modelPreferences?: {
    hints?: { name?: string }[];
    costPriority?: number;
    speedPriority?: number;
    intelligencePriority?: number;
  };
  /** Tools that the model may call; the client must have declared `sampling.tools`. */
  tools?: object[];
  toolChoice?: { mode?: 'auto' | 'required' | 'none' };
  metadata?: Record<string, unknown>;
}

/** The answer of the client's model. */
export interface McpSamplingResult {
  role: 'user' | 'assistant';
  content: unknown;
  model: string;
  stopReason?: string;
}

/** A directory that the client has opened to the server. */
export interface McpRoot {
  /** A `file:` URI. */
  uri: string;
  name?: string;
}

const actions = ['accept', 'decline', 'cancel'];
const isElicited: McpQuestion['accepts'] = ({ action }) => actions.includes(action as string);

/** Asks the user to fill in a form. Rejects with `InvalidInputException` if the answer does not match it. */
export async function elicit<T>(
  call: McpCall,
  source: SchemaSource | Type<T>,
  message: string,
  options: McpQuestionOptions = {},
): Promise<McpAnswer<T>> {
  const form = toForm(source as SchemaSource);
  const answer = await call.ask({
    method: 'elicitation/create',
    params: { message, requestedSchema: form.requested },
    key: options.key,
    needs: { elicitation: { form: {} } },
    accepts: isElicited,
  });
  if (answer.action !== 'accept') return { action: answer.action as 'decline' | 'cancel' };
  const content = withoutPrototypeKeys(answer.content ?? {});
  const checked = await form.validate(content);
  if (checked.issues) {
    throw new InvalidInputException(toLines(checked.issues, content, form.requested));
  }
  return { action: 'accept', value: checked.value as T };
}

/**
 * Asks the user to open a URL (to pay, to sign in, to enter a secret). `accept` means that the user has agreed to open
 * it, not that the task there is done.
 */
export async function elicitUrl(
  call: McpCall,
  url: string,
  message: string,
  options: McpQuestionOptions = {},
): Promise<{ action: 'accept' | 'decline' | 'cancel' }> {
  const { action } = await call.ask({
    method: 'elicitation/create',
    params: { mode: 'url', url, message },
    key: options.key,
    needs: { elicitation: { url: {} } },
    accepts: isElicited,
  });
  return { action: action as 'accept' | 'decline' | 'cancel' };
}

/** Requests a completion of the client's model. */
export async function sample(
  call: McpCall,
  request: McpSamplingRequest,
  options: McpQuestionOptions = {},
): Promise<McpSamplingResult> {
  const answer = await call.ask({
    method: 'sampling/createMessage',
    params: { ...request },
    key: options.key,
    needs: { sampling: request.tools || request.toolChoice ? { tools: {} } : {} },
    accepts: ({ role, content }) => typeof role === 'string' && content !== undefined,
  });
  return answer as unknown as McpSamplingResult;
}

/** Requests the directories that the client has opened. */
export async function roots(call: McpCall, options: McpQuestionOptions = {}): Promise<McpRoot[]> {
  const answer = await call.ask({
    method: 'roots/list',
    params: {},
    key: options.key,
    needs: { roots: {} },
    accepts: (given) => Array.isArray(given.roots),
  });
  return answer.roots as McpRoot[];
}
