import { InitializeRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { heldBytes, tooManyBytes } from '../../protocol/held-bytes.js';

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
 * The most bytes that a handshake may take. They are kept as long as the session, and anyone may open a thousand
 * sessions; a real handshake takes about a tenth.
 */
const MOST_BYTES = 64 * 1024;

/**
 * Reads what is kept of the parameters of `initialize`, and checks it before the SDK does, so that the error is one
 * line of text instead of the SDK's raw list of issues. A parameter that is `null` counts as absent.
 */
export function readInitialize(
  given: Params | undefined,
): { readonly params: Params } | { readonly problem: string } {
  const kept = keptOf(given ?? {});
  if (heldBytes(kept) > MOST_BYTES) {
    return { problem: tooManyBytes('clientInfo and capabilities', MOST_BYTES) };
  }
  const params = withoutNulls(kept) as Params;
  const { error } = InitializeRequestSchema.safeParse({ method: 'initialize', params });
  if (!error) return { params };
  const problems = new Set((error.issues as readonly Issue[]).map(toWords));
  return { problem: `Invalid params: ${[...problems].join('; ')}` };
}

/** The parameters that outlive the request. Icons, which may be whole images, are not among them. */
function keptOf({ protocolVersion, capabilities, clientInfo }: Params): Params {
  const kept: Record<string, unknown> = { protocolVersion, capabilities, clientInfo };
  if (typeof clientInfo === 'object' && clientInfo !== null && 'icons' in clientInfo) {
    const { icons: _, ...info } = clientInfo;
    kept.clientInfo = info;
  }
  return kept;
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
