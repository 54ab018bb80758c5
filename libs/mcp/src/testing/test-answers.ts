import { McpTestError } from './mcp-test.error.js';
import type { McpTestQuestion } from './test-records.js';

/**
 * An answer of the user, the model or the client. Elicitation: the content of the form, `'accept'`, `'decline'` or
 * `'cancel'`, or a whole `{ action, content }`. Sampling: the text of the model, or a whole result. Roots: URIs, or `{
 * uri, name }`.
 */
export type McpTestAnswer =
  string | readonly (string | object)[] | Readonly<Record<string, unknown>>;

/** Computes the answer to a question. */
export type McpTestAnswerer = (
  question: McpTestQuestion,
) => McpTestAnswer | undefined | Promise<McpTestAnswer | undefined>;

/**
 * Answers to the questions of the server: one function for all of them, or answers by the `key` of a question, by its
 * ordinal in the call (`'1'`), or by its kind (`elicitation`, `sampling`, `roots`). A key takes precedence over a kind.
 */
export type McpTestAnswers =
  McpTestAnswerer | Readonly<Record<string, McpTestAnswer | McpTestAnswerer>>;

const methods: Readonly<Record<string, McpTestQuestion['kind']>> = {
  'elicitation/create': 'elicitation',
  'sampling/createMessage': 'sampling',
  'roots/list': 'roots',
};

const declared = {
  elicitation: { elicitation: { form: {}, url: {} } },
  sampling: { sampling: { tools: {} } },
  roots: { roots: {} },
} as const;

const kinds = Object.keys(declared) as (keyof typeof declared)[];

/** Reads a request of the server as a question; `undefined` if it is none. */
export function toQuestion(
  method: string,
  params: Readonly<Record<string, unknown>>,
  key: string,
): McpTestQuestion | undefined {
  const kind = methods[method];
  if (kind === undefined) return undefined;
  const { message } = params;
  return { kind, key, ...(typeof message === 'string' && { message }), params };
}

/** The capabilities that a client with these answers declares. */
export function capabilitiesOf(answers: McpTestAnswers | undefined): Record<string, object> {
  if (answers === undefined) return {};
  const named = kinds.filter((kind) => Object.hasOwn(answers, kind));
  const isByKindOnly =
    typeof answers !== 'function' && named.length === Object.keys(answers).length;
  return Object.assign(
    {},
    ...(isByKindOnly ? named : kinds).map((kind) => declared[kind]),
  ) as Record<string, object>;
}

/** The answer to a question, in the form of the protocol. Throws `McpTestError` if there is none. */
export async function answerTo(
  question: McpTestQuestion,
  answers: McpTestAnswers | undefined,
): Promise<Record<string, unknown>> {
  const { kind, key, message } = question;
  const found = typeof answers === 'function' ? answers : (own(answers, key) ?? own(answers, kind));
  const answer = typeof found === 'function' ? await found(question) : found;
  if (answer !== undefined) return toWire(kind, answer);
  const words = message === undefined ? '' : ` (${message})`;
  throw new McpTestError(
    `The server asked the question '${key}' of the kind ${kind}${words}, and answers has no answer to it. Give answers: { '${key}': … } or { ${kind}: … }.`,
  );
}

function own<T>(answers: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return answers !== undefined && Object.hasOwn(answers, key) ? answers[key] : undefined;
}

function toWire(kind: McpTestQuestion['kind'], answer: McpTestAnswer): Record<string, unknown> {
  if (kind === 'roots') {
    const list = Array.isArray(answer) ? answer : [answer];
    if (list.length === 1 && isObject(list[0]) && 'roots' in list[0]) return list[0];
    return {
      roots: list.map((root: unknown) => (typeof root === 'string' ? { uri: root } : root)),
    };
  }
  if (kind === 'sampling') {
    const content = { type: 'text', text: answer };
    const result = typeof answer === 'string' ? { content } : (answer as object);
    return { role: 'assistant', model: 'test', stopReason: 'endTurn', ...result };
  }
  if (typeof answer === 'string') {
    return answer === 'accept' ? { action: answer, content: {} } : { action: answer };
  }
  if (!('action' in answer)) return { action: 'accept', content: answer };
  const { value, ...rest } = answer as { action: unknown; value?: unknown };
  return value === undefined ? rest : { content: value, ...rest };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
