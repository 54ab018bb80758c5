/**
 * What the server is told: whether anonymous callers may come in, and, where they may, that lists show what the caller has no scopes
 * for, or that the application has a global guard which lets only trusted callers run anything.
 */
export const modes = ['optional auth', 'required auth', 'listUnscoped', 'a global guard'] as const;
export type Mode = (typeof modes)[number];

export const callers = [
  'anonymous',
  'weak',
  'right',
  'both',
  'less',
  'stranger',
  'expired',
  'garbage',
] as const;
/** `both`: two servers know the token; `less`: another token of that subject, without scopes; `stranger`: only the other server knows it. */
export type Caller = (typeof callers)[number];

export const kinds = [
  'open',
  'scoped',
  'hidden',
  'hidden_scoped',
  'hidden_by_admin',
  'guarded',
  'guarded_by_admin',
] as const;
export type Kind = (typeof kinds)[number];

export const transports = ['session', 'stateless', 'modern', 'HTTP+SSE'] as const;
export type TransportName = (typeof transports)[number];

/** A finished task of the caller `both` for each kind whose tool it may call. */
export type Tasks = Readonly<Partial<Record<Kind, string>>>;

/** What is asked of a primitive; `ofResource`: a missing one has a code of its own in the legacy era. */
export interface Operation {
  readonly method: string;
  readonly params: (kind: Kind, tasks: Tasks) => Record<string, unknown>;
  readonly runs: boolean;
  readonly ofResource?: boolean;
  readonly needsSession?: boolean;
  /** Asks of a task, which only clients of the modern era know. */
  readonly ofTask?: boolean;
}

function ofTask(method: string, params: object = {}): Operation {
  const withTask = (kind: Kind, tasks: Tasks) => ({ taskId: tasks[kind] ?? 'none', ...params });
  return { method, params: withTask, runs: false, ofTask: true };
}

export const operations: Record<string, Operation> = {
  'tools/call': { method: 'tools/call', params: (kind) => ({ name: kind }), runs: true },
  'prompts/get': {
    method: 'prompts/get',
    params: (kind) => ({ name: kind, arguments: { who: 'anna' } }),
    runs: true,
  },
  'resources/read of a fixed URI': {
    method: 'resources/read',
    params: (kind) => ({ uri: `data://fixed/${kind}` }),
    runs: true,
    ofResource: true,
  },
  'resources/read of a template': {
    method: 'resources/read',
    params: (kind) => ({ uri: `data://each/${kind}/7` }),
    runs: true,
    ofResource: true,
  },
  'resources/subscribe to a fixed URI': {
    method: 'resources/subscribe',
    params: (kind) => ({ uri: `data://fixed/${kind}` }),
    runs: false,
    ofResource: true,
    needsSession: true,
  },
  'resources/subscribe to a template': {
    method: 'resources/subscribe',
    params: (kind) => ({ uri: `data://each/${kind}/7` }),
    runs: false,
    ofResource: true,
    needsSession: true,
  },
  'completion/complete of a prompt': {
    method: 'completion/complete',
    params: (kind) => ({
      ref: { type: 'ref/prompt', name: kind },
      argument: { name: 'who', value: '' },
    }),
    runs: true,
  },
  'completion/complete of a resource template': {
    method: 'completion/complete',
    params: (kind) => ({
      ref: { type: 'ref/resource', uri: `data://each/${kind}/{id}` },
      argument: { name: 'id', value: '' },
    }),
    runs: true,
  },
  'tasks/get': ofTask('tasks/get'),
  'tasks/update': ofTask('tasks/update', { inputResponses: {} }),
  'tasks/cancel': ofTask('tasks/cancel'),
};

/** The methods that list, with the property that holds the list. */
export const lists = {
  'tools/list': 'tools',
  'prompts/list': 'prompts',
  'resources/list': 'resources',
  'resources/templates/list': 'resourceTemplates',
} as const;
export type ListMethod = keyof typeof lists;

/** What a caller reads, and whether a handler ran. */
export interface Outcome {
  readonly status: number;
  /** Of `WWW-Authenticate`. */
  readonly challenge?: { readonly realm: string; readonly error?: string; readonly scope?: string };
  /** Of a JSON-RPC error. */
  readonly code?: number;
  /** `error` and `scope` in the data of a JSON-RPC error. */
  readonly lacking?: { readonly error: string; readonly scope: string };
  /** The message where a guard refused, and for tools the status of its exception. */
  readonly refused?: string;
  readonly isError?: number;
  readonly ran: boolean;
  /** The kinds that a list names, in alphabetical order. */
  readonly listed?: readonly Kind[];
  /** Whether a subscription of the modern era is to a resource. */
  readonly hears?: boolean;
}

export interface Place {
  readonly mode: Mode;
  readonly transport: TransportName;
  readonly caller: Caller;
}

const trusted: ReadonlySet<Caller> = new Set<Caller>(['right', 'both', 'less']);
const withScope: ReadonlySet<Caller> = new Set<Caller>(['right', 'both']);
const ownersOfTasks: ReadonlySet<Caller> = new Set<Caller>(['both', 'less']);
const refusedTokens: ReadonlySet<Caller> = new Set<Caller>(['stranger', 'expired', 'garbage']);

/** The bearer check of the server comes before everything; `undefined`: the caller may come in. */
export function expectedAtTheDoor({ mode, transport, caller }: Place): Outcome | undefined {
  const realm = transport === 'stateless' ? 'plain' : 'user';
  if (refusedTokens.has(caller)) {
    return { status: 401, challenge: { realm, error: 'invalid_token' }, ran: false };
  }
  if (caller === 'anonymous' && mode === 'required auth') {
    return { status: 401, challenge: { realm }, ran: false };
  }
  return undefined;
}

function isVisible(kind: Kind, caller: Caller): boolean {
  if (kind === 'hidden' || kind === 'hidden_scoped') return trusted.has(caller);
  return kind !== 'hidden_by_admin' || caller === 'both';
}

/** The scope that the caller lacks. */
function lackedScope(kind: Kind, caller: Caller): string | undefined {
  if (kind === 'hidden_scoped') return 'never';
  return kind === 'scoped' && !withScope.has(caller) ? 'orders' : undefined;
}

/** What the guards refuse, the global one first: the status and the message of the exception. */
function refusal(kind: Kind, { mode, caller }: Place): [number, string] | undefined {
  const isGuarded = kind === 'guarded' || mode === 'a global guard';
  if (isGuarded && !trusted.has(caller)) return [403, 'Forbidden resource'];
  if (kind !== 'guarded_by_admin' || caller === 'both') return undefined;
  return [401, caller === 'anonymous' ? 'A bearer token is required' : 'The token is not valid'];
}

/** Visibility is asked first, then scopes, then the guards. */
export function expectedOf(operation: Operation, kind: Kind, place: Place): Outcome {
  const atTheDoor = expectedAtTheDoor(place);
  if (atTheDoor) return atTheDoor;
  const { transport, caller } = place;
  const status = transport === 'HTTP+SSE' ? 202 : 200;
  // The scopes of what a message names are asked for before its method is looked up.
  const isUnknown = operation.needsSession === true && transport === 'modern';
  const isThere = isVisible(kind, caller) && (operation.ofTask !== true || hasTask(kind, caller));
  if (!isThere && !isUnknown) {
    const code = operation.ofResource === true && transport !== 'modern' ? -32002 : -32602;
    return { status, code, ran: false };
  }
  const scope = isThere ? lackedScope(kind, caller) : undefined;
  if (scope !== undefined) return withoutScope(scope, place);
  if (operation.needsSession === true && transport === 'stateless') {
    return { status, code: -32600, ran: false };
  }
  if (isUnknown) return { status: 404, code: -32601, ran: false };
  const refused = operation.runs ? refusal(kind, place) : undefined;
  if (!refused) return { status, ran: operation.runs };
  const [isError, message] = refused;
  return operation.method === 'tools/call'
    ? { status, isError, refused: message, ran: false }
    : { status, code: -32603, refused: message, ran: false };
}

/** A task is there for the subject that began it; nobody could begin one where nobody has the scope. */
function hasTask(kind: Kind, caller: Caller): boolean {
  return ownersOfTasks.has(caller) && kind !== 'hidden_scoped';
}

/** A status and a challenge, or a JSON-RPC error where the POST is answered before the message is read. */
function withoutScope(scope: string, { transport, caller }: Place): Outcome {
  const status = caller === 'anonymous' ? 401 : 403;
  const error = 'insufficient_scope';
  if (transport === 'HTTP+SSE') {
    return { status: 202, code: status, lacking: { error, scope }, ran: false };
  }
  const realm = transport === 'stateless' ? 'plain' : 'user';
  const challenge = { realm, ...(status === 403 && { error }), scope };
  return { status, challenge, code: status, ran: false };
}

/** A list shows what is visible and, unless the server says otherwise, whose scopes the caller holds; guards are not asked. */
export function expectedList(place: Place): Outcome {
  const { mode, transport, caller } = place;
  const isReached = (kind: Kind) =>
    mode === 'listUnscoped' || lackedScope(kind, caller) === undefined;
  return (
    expectedAtTheDoor(place) ?? {
      status: transport === 'HTTP+SSE' ? 202 : 200,
      listed: kinds.filter((kind) => isVisible(kind, caller) && isReached(kind)).toSorted(),
      ran: false,
    }
  );
}

/** A subscription of the modern era leaves out, without a word, what the caller may not read. */
export function expectedListening(kind: Kind, place: Place): Outcome {
  const { caller } = place;
  const hears = isVisible(kind, caller) && lackedScope(kind, caller) === undefined;
  return expectedAtTheDoor(place) ?? { status: 200, hears, ran: false };
}
