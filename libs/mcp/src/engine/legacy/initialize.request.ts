import { InitializeRequestSchema, type JSONRPCRequest } from '@modelcontextprotocol/sdk/types.js';

type Issue = { readonly path: readonly PropertyKey[]; readonly code?: string; expected?: unknown };

const nouns: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  boolean: 'a boolean',
  array: 'an array',
  object: 'an object',
  record: 'an object',
};

/**
 * An `initialize` as the SDK takes it: without the members that the client wrote as `null`, which count as absent.
 * `problem` says in one line what is wrong with it; the SDK would answer with its validator's raw list.
 */
export function readInitialize(message: JSONRPCRequest): {
  request: JSONRPCRequest;
  problem?: string;
} {
  const params = withoutNulls(message.params ?? {}) as NonNullable<JSONRPCRequest['params']>;
  const { error } = InitializeRequestSchema.safeParse({ method: 'initialize', params });
  const request = { ...message, params };
  if (!error) return { request };
  const problems = (error.issues as readonly Issue[]).map(toWords);
  return { request, problem: `Invalid params: ${[...new Set(problems)].join('; ')}` };
}

function toWords({ path, expected }: Issue): string {
  const where = path.slice(1).map(String).join('.');
  const noun = typeof expected === 'string' ? nouns[expected] : undefined;
  return noun === undefined ? `${where} is not valid` : `${where} must be ${noun}`;
}

function withoutNulls(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) => (one === null ? [] : [[key, withoutNulls(one)]])),
  );
}
