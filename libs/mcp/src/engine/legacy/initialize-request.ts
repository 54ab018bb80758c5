import { InitializeRequestSchema } from '@modelcontextprotocol/sdk/types.js';

type Params = Readonly<Record<string, unknown>>;
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
 * Checks the parameters of `initialize` before the SDK does, so that the error is one line of text instead of the SDK's
 * raw list of issues. A parameter that is `null` counts as absent.
 */
export function readInitialize(
  given: Params | undefined,
): { readonly params: Params } | { readonly problem: string } {
  const params = withoutNulls(given ?? {}) as Params;
  const { error } = InitializeRequestSchema.safeParse({ method: 'initialize', params });
  if (!error) return { params };
  const problems = new Set((error.issues as readonly Issue[]).map(toWords));
  return { problem: `Invalid params: ${[...problems].join('; ')}` };
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
