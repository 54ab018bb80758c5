import { DoneOnce } from '../context/done-once.js';
import type { McpCall } from '../context/mcp-call.js';
import { McpContext } from '../context/mcp-context.js';
import type { McpAuth } from '../sessions/mcp-auth.js';
import { answerTo, capabilitiesOf, toQuestion, type McpTestAnswers } from './test-answers.js';
import { testDefaults } from './test-client.options.js';
import { McpTestError } from './mcp-test.error.js';
import { noRecords, record, type McpTestRecords } from './test-records.js';

/** Options of `createMcpContext()`. */
export interface McpTestContextOptions {
  /** The caller. Default: anonymous. */
  readonly auth?: McpAuth;
  /** Answers to elicitation, sampling and roots. */
  readonly answers?: McpTestAnswers;
  /** Cancels the call. Default: a signal that is never aborted. */
  readonly signal?: AbortSignal;
}

/** A context for a unit test of one method. It records progress, log lines and questions. */
export interface McpTestContext extends McpContext {
  /** Progress, log lines and questions, in order. */
  readonly recorded: McpTestRecords;
}

/**
 * Creates a context without a client, for `service.method(input, createMcpContext())`. A question without an answer
 * rejects with `McpTestError`.
 */
export function createMcpContext(options: McpTestContextOptions = {}): McpTestContext {
  const { auth, answers, signal = new AbortController().signal } = options;
  const recorded = noRecords();
  const done = new DoneOnce();
  let questions = 0;
  const call: McpCall = {
    era: 'legacy',
    protocolVersion: testDefaults.protocolVersion,
    client: { ...testDefaults.clientInfo, capabilities: capabilitiesOf(answers) },
    ...(auth && { auth }),
    request: { ...(auth && { auth, user: auth.user }) },
    signal,
    get isAborted() {
      return signal.aborted;
    },
    progressToken: 1,
    logLevel: 'debug',
    where: 'createMcpContext()',
    notify: async (method, params) => record(recorded, method, params),
    limitTime: () => undefined,
    closeStream: () => undefined,
    ask: async ({ method, params, key = String((questions += 1)) }) => {
      const question = toQuestion(method, params, key);
      if (!question) throw new McpTestError(`${method} is no question to a client.`);
      const answer = await answerTo(question, answers);
      recorded.asked.push({ ...question, answer });
      return answer;
    },
    once: (key, work) => done.run(key, work),
  };
  const context = new McpContext(call, { primitive: { kind: 'tool', name: 'test' } });
  return Object.assign(context, { recorded });
}
