import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { InitializeRequestSchema, type JSONRPCRequest } from '@modelcontextprotocol/sdk/types.js';
import { ErrorCode } from '../../errors/protocol.error.js';

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
 * The SDK's end of a transport, behind a check of `initialize`: what is wrong with it is told in one line (`-32602`), where
 * the SDK would answer with its validator's raw list. What the client wrote as `null` in it counts as absent.
 */
export function readingInitialize(transport: Transport): Transport['onmessage'] {
  const { onmessage } = transport;
  return (message, extra) => {
    if (!('method' in message && 'id' in message) || message.method !== 'initialize') {
      onmessage?.(message, extra);
      return;
    }
    const { id } = message;
    const params = withoutNulls(message.params ?? {}) as NonNullable<JSONRPCRequest['params']>;
    const { error: found } = InitializeRequestSchema.safeParse({ method: 'initialize', params });
    if (!found) {
      onmessage?.({ ...message, params }, extra);
      return;
    }
    const problems = new Set((found.issues as readonly Issue[]).map(toWords));
    const text = `Invalid params: ${[...problems].join('; ')}`;
    const error = { code: ErrorCode.invalidParams, message: text };
    transport.send({ jsonrpc: '2.0', id, error }).catch(() => undefined);
  };
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
