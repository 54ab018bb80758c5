import { post } from '../../libs/mcp/test/wire.js';

type Json = Record<string, unknown>;

/** What a request of the modern era differs in from the usual one. */
export interface ModernPost {
  id?: number | string;
  meta?: Json;
  capabilities?: Json;
  /** `null`: not sent. */
  headers?: Record<string, string | null>;
  signal?: AbortSignal;
}

const prefix = 'io.modelcontextprotocol/';

/** Posts a request of the revision 2026-07-28, as a client that keeps all its rules would. */
export function postModern(
  url: string,
  method: string,
  params: Json = {},
  { id = 1, meta = {}, capabilities = {}, headers = {}, signal }: ModernPost = {},
): Promise<Response> {
  const _meta = {
    [`${prefix}protocolVersion`]: '2026-07-28',
    [`${prefix}clientInfo`]: { name: 'wire', version: '1' },
    [`${prefix}clientCapabilities`]: capabilities,
    ...meta,
  };
  const name = params.uri ?? params.name;
  const all: Record<string, string | null> = {
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': method,
    ...(typeof name === 'string' && { 'mcp-name': name }),
    ...headers,
  };
  const sent = Object.entries(all).filter(([, value]) => value !== null) as [string, string][];
  return post(
    url,
    { jsonrpc: '2.0', id, method, params: { ...params, _meta } },
    Object.fromEntries(sent),
    signal && { signal },
  );
}

/** The answer, its status with it. */
export async function answerOf(response: Promise<Response>): Promise<Json & { status: number }> {
  const { status, ...rest } = await response.then(async (given) => ({
    status: given.status,
    body: (await given.json()) as Json,
  }));
  return { status, ...rest.body };
}
