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

/** The state of a call between two rounds, which the client keeps. */
interface RoundState {
  /** Unique, because two calls may ask the same questions at the same moment. */
  readonly id: string;
  /** ms since the epoch. */
  readonly expires: number;
  readonly answers: Readonly<Record<string, Answer>>;
  readonly done: Readonly<Record<string, unknown>>;
  /** The keys of the questions of the round: the next round accepts answers to these only. */
  readonly asked: readonly string[];
}

/** The properties that all rounds of one call share: a state is valid for no other call. */
export interface RoundsSettings {
  readonly seal: Seal;
  readonly used: UsedStates;
  readonly server: string;
  readonly subject: string | undefined;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly capabilities: () => Readonly<Record<string, unknown>>;
}

/** Time limit in ms for the client's answer. */
const stateLifetime = 3_600_000;

/**
 * The questions of a modern call. They end the round, and the client sends the call again with their answers
 * (multi-round-trip; specification, basic/patterns/mrtr).
 */
export class ModernRounds {
  private purposeText: string | undefined;
  private given: Readonly<Record<string, unknown>>;
  /**
   * The client sent no state: it may already send the answers to the first questions of the handler (the official suite
   * does so).
   */
  private readonly isFirst: boolean;
  private readonly answers: Record<string, Answer>;
  private readonly done: Record<string, unknown>;
  private readonly open = new Map<string, object>();
  private readonly running = new Map<string, Promise<unknown>>();
  private readonly keys = new Set<string>();
  private stateId: string | undefined;

  /** Throws `ProtocolError` for a state that belongs to another call, has expired, or was used before. */
  constructor(private readonly settings: RoundsSettings) {
    const { requestState, inputResponses } = settings.params;
    const state = this.read(requestState);
    this.answers = Object.assign(Object.create(null) as object, state?.answers);
    this.done = Object.assign(Object.create(null) as object, state?.done);
    this.isFirst = state === undefined;
    const given = isObject(inputResponses) ? inputResponses : {};
    this.given = state ? answersTo(state.asked, given) : given;
  }

  /** Whether a question is open. What the handler has returned or thrown since is discarded. */
  get isWaiting(): boolean {
    return this.open.size > 0;
  }

  /** Whether the request contains a state. */
  get isReturning(): boolean {
    return this.stateId !== undefined;
  }

  /** Checks that no other process has used the state. Throws `ProtocolError` if one has, or `BackplaneError`. */
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
    // Other questions of this turn are sent in the same result.
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

  /** The result of a round that ends with questions. */
  async toResult(): Promise<object> {
    // Work inside `once` that is running must not run again.
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

  /** Computed on use: only a call with questions needs it. */
  private get purpose(): string {
    return (this.purposeText ??= purposeOf(this.settings));
  }

  private answerTo(key: string, { accepts }: McpQuestion): Answer | undefined {
    const earlier = this.answers[key];
    if (earlier) return earlier;
    const answer = Object.hasOwn(this.given, key) ? this.given[key] : undefined;
    if (!isObject(answer) || !accepts(answer)) return undefined;
    this.answers[key] = answer;
    // Concurrent questions are all first ones. The handler continues after this microtask, and the answers cannot
    // belong to questions that it asks after that.
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
  const { name = null, uri = null, arguments: given = {} } = params;
  const input = createHash('sha256').update(canonical(given)).digest('base64url');
  // A client may send both, and each method goes by its own.
  return JSON.stringify(['state', server, subject ?? null, method, name, uri, input]);
}

/** A text that is the same for equal values, whatever the order of their keys, and differs for all others. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  // JSON.stringify writes null for a number that is too large.
  if (!isObject(value)) return typeof value === 'number' ? String(value) : JSON.stringify(value);
  const pairs = Object.keys(value)
    .toSorted()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${pairs.join()}}`;
}

/** The answers to these questions, out of all that the client sent. */
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
