/** The headers of one caller. */
export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

/** Posts one JSON-RPC message to `/mcp`. */
export function postMessage(
  url: string,
  message: object,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${url}/mcp`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: '2.0', ...message }),
  });
}

/** The `initialize` request of a hand-written client. */
export const initialize = {
  id: 0,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'hand', version: '1' },
  },
};

/** Opens a session with hand-written requests; returns its headers. */
export async function openSession(
  url: string,
  headers: Record<string, string> = {},
): Promise<Record<string, string>> {
  const response = await postMessage(url, initialize, headers);
  if (response.status !== 200) throw new Error(`initialize was answered ${response.status}`);
  const own = { ...headers, 'mcp-session-id': response.headers.get('mcp-session-id') ?? '' };
  await postMessage(url, { method: 'notifications/initialized' }, own);
  return own;
}
