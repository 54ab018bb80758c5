import { ErrorCode } from '../errors/protocol.error.js';
import { toErrorAnswer, type Message, type MessageId } from '../protocol/json-rpc.js';
import type { DialectSettings, ServerIntroduction, TestDialect } from './test.dialect.js';
import { answerTo, capabilitiesOf, toQuestion } from './test-answers.js';
import { TestConversation, type McpTestRequestOptions, type Pending } from './test-conversation.js';
import { noRecords, type McpTestRecords } from './test-records.js';

/** A client of the legacy revisions (with a handshake): questions are requests of the server. */
export class LegacyTestDialect implements TestDialect {
  private readonly conversation: TestConversation;

  constructor(private readonly settings: DialectSettings) {
    const { wire, log, timeout, onNotification } = settings;
    this.conversation = new TestConversation(wire, log, timeout, {
      onRequest: (message, asking) => void this.reply(message, asking),
      onNotification,
    });
  }

  async connect(): Promise<ServerIntroduction> {
    const { wire, answers, capabilities, clientInfo, protocolVersion } = this.settings;
    await this.conversation.open();
    const introduction = await this.conversation.request('initialize', {
      protocolVersion,
      capabilities: { ...capabilitiesOf(answers), ...capabilities },
      clientInfo,
    });
    await this.conversation.notify('notifications/initialized');
    await wire.listen?.();
    return introduction as unknown as ServerIntroduction;
  }

  request(
    method: string,
    params: Readonly<Record<string, unknown>>,
    options?: McpTestRequestOptions,
    records: McpTestRecords = noRecords(),
  ): Promise<Record<string, unknown>> {
    return this.conversation.request(method, params, options, records);
  }

  async subscribe(uri: string): Promise<() => Promise<void>> {
    await this.conversation.request('resources/subscribe', { uri });
    return async () => {
      await this.conversation.request('resources/unsubscribe', { uri });
    };
  }

  close(): Promise<void> {
    return this.conversation.close();
  }

  private async reply(
    { id, method, params = {} }: Message & { id: MessageId; method: string; params?: object },
    asking: readonly Pending[],
  ): Promise<void> {
    const { conversation } = this;
    try {
      await conversation.answer(await this.answer(id, method, params as never, asking));
    } catch (error) {
      for (const { reject } of asking) reject(error);
    }
  }

  private async answer(
    id: MessageId,
    method: string,
    params: Readonly<Record<string, unknown>>,
    asking: readonly Pending[],
  ): Promise<Message> {
    if (method === 'ping') return { jsonrpc: '2.0', id, result: {} };
    const { 'nestjs-mcp/key': key = String((asking[0]?.records.asked.length ?? 0) + 1) } =
      (params._meta ?? {}) as Record<string, string>;
    const question = toQuestion(method, params, key);
    if (!question) {
      const code = ErrorCode.methodNotFound;
      return toErrorAnswer(id, { code, message: `Method not found: ${method}` });
    }
    try {
      const answer = await answerTo(question, this.settings.answers);
      for (const { records } of asking) records.asked.push({ ...question, answer });
      return { jsonrpc: '2.0', id, result: answer };
    } catch (error) {
      // The test fails with the reason, and the handler of the server does not wait for ever.
      for (const { reject } of asking) reject(error);
      const code = ErrorCode.internalError;
      return toErrorAnswer(id, { code, message: 'The test has no answer to this question.' });
    }
  }
}
