import { randomUUID } from 'node:crypto';
import type { McpClientInfo } from '../../context/mcp-call.js';
import {
  missingCapabilities,
  missingCapability,
  type McpQuestion,
} from '../../context/mcp-question.js';
import { McpException } from '../../errors/mcp.exception.js';
import type { CallMemory } from '../running.call.js';

/** How a legacy client is reached from a call: `undefined` where nothing can come back from it. */
export type SendRequest = (
  method: string,
  params: Readonly<Record<string, unknown>>,
) => Promise<Record<string, unknown>>;

/** Questions of a legacy call: requests to the client, on the stream of the call. */
export class LegacyQuestions implements CallMemory {
  private readonly done = new Map<string, Promise<unknown>>();

  constructor(
    private readonly client: McpClientInfo | undefined,
    private readonly send: SendRequest | undefined,
  ) {}

  async ask({ method, params, needs, accepts }: McpQuestion): Promise<Record<string, unknown>> {
    if (!this.send || !this.client) {
      throw new McpException(
        'The client cannot be asked anything: it has no session that an answer could come back to.',
      );
    }
    const missing = missingCapabilities(needs, this.client.capabilities);
    if (missing) {
      const { message, code, data } = missingCapability(missing);
      throw new McpException(message, { code, data });
    }
    const answer = await this.send(
      method,
      params.mode === 'url' ? { ...params, elicitationId: randomUUID() } : params,
    );
    if (accepts(answer)) return answer;
    throw new McpException(`The client's answer to ${method} is not one.`);
  }

  once<T>(key: string, work: () => T | Promise<T>): Promise<T> {
    let result = this.done.get(key) as Promise<T> | undefined;
    if (!result) {
      result = (async () => work())();
      this.done.set(key, result);
    }
    return result;
  }
}
