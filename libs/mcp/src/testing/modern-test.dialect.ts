import { MODERN_VERSION } from '../protocol/protocol-version.js';
import { metaKeys } from '../protocol/request-meta.js';
import { answerTo, capabilitiesOf, toQuestion } from './test-answers.js';
import { TestConversation, type McpTestRequestOptions } from './test-conversation.js';
import type { DialectSettings, ServerIntroduction, TestDialect } from './test.dialect.js';
import { noRecords, type McpTestRecords } from './test-records.js';

type Params = Readonly<Record<string, unknown>>;

/** The limit of rounds, above what any real handler needs. */
const maxRounds = 50;

/**
 * A client of revision 2026-07-28: each request is independent, and questions come as its result (multi-round-trip).
 */
export class ModernTestDialect implements TestDialect {
  private readonly conversation: TestConversation;
  private readonly meta: Params;
  private acknowledged: (() => void) | undefined;

  constructor(private readonly settings: DialectSettings) {
    const { wire, log, timeout, answers, capabilities, clientInfo } = settings;
    this.meta = {
      [metaKeys.protocolVersion]: MODERN_VERSION,
      [metaKeys.clientInfo]: clientInfo,
      [metaKeys.clientCapabilities]: { ...capabilitiesOf(answers), ...capabilities },
      [metaKeys.logLevel]: 'debug',
    };
    this.conversation = new TestConversation(wire, log, timeout, {
      onRequest: () => undefined,
      onNotification: (notification) => {
        if (notification.method === 'notifications/subscriptions/acknowledged') {
          this.acknowledged?.();
        } else settings.onNotification(notification);
      },
    });
  }

  async connect(): Promise<ServerIntroduction> {
    await this.conversation.open();
    const found = await this.round('server/discover', {});
    const changes = { toolsListChanged: true, promptsListChanged: true };
    await this.listen({ ...changes, resourcesListChanged: true });
    const { [metaKeys.serverInfo]: serverInfo } = (found._meta ?? {}) as Params;
    return { ...found, serverInfo } as unknown as ServerIntroduction;
  }

  async request(
    method: string,
    params: Params,
    options: McpTestRequestOptions = {},
    records: McpTestRecords = noRecords(),
  ): Promise<Record<string, unknown>> {
    let sent = params;
    for (let round = 0; round < maxRounds; round += 1) {
      // Each round sends the answers of the one before.
      // oxlint-disable-next-line no-await-in-loop
      const result = await this.round(method, sent, options, records);
      if (result.resultType !== 'input_required') return result;
      const { requestState } = result;
      // oxlint-disable-next-line no-await-in-loop
      const inputResponses = await this.answer(result, records);
      sent = { ...params, inputResponses, ...(requestState !== undefined && { requestState }) };
    }
    throw this.settings.log.explain(`${method} asked again and again, for ${maxRounds} rounds.`);
  }

  async subscribe(uri: string): Promise<() => Promise<void>> {
    const stop = await this.listen({ resourceSubscriptions: [uri] });
    return async () => stop();
  }

  close(): Promise<void> {
    return this.conversation.close();
  }

  private round(
    method: string,
    params: Params,
    options: McpTestRequestOptions = {},
    records = noRecords(),
  ): Promise<Record<string, unknown>> {
    const { cancelsByStream } = this.settings.wire;
    const complete = { ...params, _meta: { ...this.meta, ...(params._meta as Params) } };
    return this.conversation.request(method, complete, options, records, cancelsByStream);
  }

  private async answer(result: Params, { asked }: McpTestRecords): Promise<Params> {
    const answers: Record<string, unknown> = {};
    const requests = (result.inputRequests ?? {}) as Record<
      string,
      { method: string; params?: Params }
    >;
    for (const [key, { method, params = {} }] of Object.entries(requests)) {
      const question = toQuestion(method, params, key);
      if (!question) throw this.settings.log.explain(`The server asked for ${method}.`);
      // The answers must be given in the order of the questions.
      // oxlint-disable-next-line no-await-in-loop
      const answer = await answerTo(question, this.settings.answers);
      asked.push({ ...question, answer });
      answers[key] = answer;
    }
    return answers;
  }

  /** Opens a subscription stream. Resolves when the server has acknowledged it, or has ended it. */
  private async listen(notifications: Params): Promise<() => void> {
    const stop = new AbortController();
    const begun = new Promise<void>((resolve) => {
      this.acknowledged = resolve;
    });
    const options = { signal: stop.signal, timeout: Infinity };
    const over = this.round('subscriptions/listen', { notifications }, options);
    over.catch(() => undefined);
    await Promise.race([begun, over]);
    return () => stop.abort(new Error('The test has unsubscribed.'));
  }
}
