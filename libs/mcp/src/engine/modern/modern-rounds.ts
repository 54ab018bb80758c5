import { createHash, randomUUID } from 'node:crypto';
import {
  missingCapabilities,
  missingCapability,
  type McpQuestion,
} from '../../context/mcp-question.js';
import { ErrorCode, ProtocolError } from '../../errors/protocol.error.js';
import { UnansweredError } from '../../errors/unanswered.error.js';
import type { Seal } from '../../primitives/seal.js';
import type { UsedStates } from './used-states.js';

type Answer = Readonly<Record<string, unknown>>;

/** What travels through the client from one round of a call to the next. */
interface RoundState {
  /** Of this state alone: two calls may ask the same in the same moment. */
  readonly id: string;
  /** ms since the epoch. */
  readonly expires: number;
  readonly answers: Readonly<Record<string, Answer>>;
  readonly done: Readonly<Record<string, unknown>>;
  /** The keys of the questions that the round ended with: the next round takes answers to these only. */
  readonly asked: readonly string[];
}

/** What the rounds of one call have in common: a state is good for no other call. */
export interface RoundsSettings {
  readonly seal: Seal;
  readonly used: UsedStates;
  readonly server: string;
  readonly subject: string | undefined;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly capabilities: () => Readonly<Record<string, unknown>>;
}

/** ms that a client has for its answer. */
const stateLifetime = 3_600_000;

/**
 * Questions of a modern call: they end the round, and the client sends the call again with their answers
 * (specification, basic/patterns/mrtr).
 */
export class ModernRounds {
  private purposeText: string | undefined;
  private given: Readonly<Record<string, unknown>>;
  /** The client sent no state: it may bring the answers to what the handler asks first (the official suite does it). */
  private readonly isFirst: boolean;
  private readonly answers: Record<string, Answer>;
  private readonly done: Record<string, unknown>;
  private readonly open = new Map<string, object>();
  private readonly running = new Map<string, Promise<unknown>>();
  private readonly keys = new Set<string>();
  private stateId: string | undefined;

  /** Throws `ProtocolError` for a state that is not of this call, too old, or used before. */
  constructor(private readonly settings: RoundsSettings) {
    const { requestState, inputResponses } = settings.params;
    const state = this.read(requestState);
    this.answers = Object.assign(Object.create(null) as object, state?.answers);
    this.done = Object.assign(Object.create(null) as object, state?.done);
    this.isFirst = state === undefined;
    const given = isObject(inputResponses) ? inputResponses : {};
    this.given = state ? answersTo(state.asked, given) : given;
  }

  /** A question is open: whatever the handler returned or threw since does not count. */
  get isWaiting(): boolean {
    return this.open.size > 0;
  }

  /** The client has come back with a state. */
  get isReturning(): boolean {
    return this.stateId !== undefined;
  }

  /** Makes sure that no other process has served the state. Throws `ProtocolError` where one has, `BackplaneError`. */
  async claim(): Promise<void> {
    const { stateId } = this;
    if (stateId !== undefined && !(await this.settings.used.claim(stateId))) throw invalidState();
  }

  async ask(question: McpQuestion): Promise<Answer> {
    const key = question.key ?? String(this.keys.size + 1);
    if (this.keys.has(key)) {
      throw new Error(`two questions of this call are named '${key}': give each a key of its own.`);
    }
    this.keys.add(key);
    const known = this.answerTo(key, question);
    if (known) return known;
    const missing = missingCapabilities(question.needs, this.settings.capabilities());
    if (missing) throw missingCapability(missing);
    this.open.set(key, { method: question.method, params: question.params });
    // Others that are asked in this turn go with it.
    await new Promise((resolve) => setImmediate(resolve));
    throw new UnansweredError();
  }

  once<T>(key: string, work: () => T | Promise<T>): Promise<T> {
    if (Object.hasOwn(this.done, key)) return Promise.resolve(this.done[key] as T);
    let result = this.running.get(key) as Promise<T> | undefined;
    if (!result) {
      result = (async () => {
        const value = await work();
        this.done[key] = value === undefined ? null : value;
        return value;
      })();
      this.running.set(key, result);
    }
    return result;
  }

  /** The answer of a round that ends with questions. */
  async toResult(): Promise<object> {
    // What is being done once must not be done again.
    await Promise.allSettled(this.running.values());
    const state: RoundState = {
      id: randomUUID(),
      expires: Date.now() + stateLifetime,
      answers: this.answers,
      done: this.done,
      asked: [...this.open.keys()],
    };
    return {
      resultType: 'input_required',
      inputRequests: Object.fromEntries(this.open),
      requestState: this.settings.seal.close(this.purpose, state),
    };
  }

  /** Only a call that asks, or goes on, needs it. */
  private get purpose(): string {
    return (this.purposeText ??= purposeOf(this.settings));
  }

  private answerTo(key: string, { accepts }: McpQuestion): Answer | undefined {
    const earlier = this.answers[key];
    if (earlier) return earlier;
    const answer = Object.hasOwn(this.given, key) ? this.given[key] : undefined;
    if (!isObject(answer) || !accepts(answer)) return undefined;
    this.answers[key] = answer;
    // Questions side by side are all first ones. The handler goes on after this microtask, and no client was asked what it asks then.
    if (this.isFirst) {
      queueMicrotask(() => {
        this.given = {};
      });
    }
    return answer;
  }

  private read(text: unknown): RoundState | undefined {
    if (text === undefined) return undefined;
    const { seal, used } = this.settings;
    const state =
      typeof text === 'string'
        ? (seal.open(() => this.purpose, text) as RoundState | undefined)
        : undefined;
    if (!state || state.expires <= Date.now() || !used.use(state.id, state.expires)) {
      throw invalidState();
    }
    this.stateId = state.id;
    return state;
  }
}

function invalidState(): ProtocolError {
  return new ProtocolError(ErrorCode.invalidParams, 'Invalid, expired or used requestState', {
    reason: 'invalid_request_state',
  });
}

function purposeOf({ server, subject, method, params }: RoundsSettings): string {
  const { name, uri, arguments: given = {} } = params;
  const input = createHash('sha256')
    .update(JSON.stringify(sorted(given)))
    .digest('base64url');
  return JSON.stringify(['state', server, subject ?? null, method, name ?? uri, input]);
}

/** The same input, in whatever order its keys are sent. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => [key, sorted(item)]);
}

/** Of what a client sent, the answers to these questions. */
function answersTo(
  asked: readonly string[],
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    asked.flatMap((key) => (Object.hasOwn(given, key) ? [[key, given[key]]] : [])),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
