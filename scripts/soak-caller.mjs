// One caller of the server under the soak, on the wire: nothing is pooled, and a response is read only by who wants it.
import { once } from 'node:events';
import { request } from 'node:http';

/** `headers` go with every request; `onRefused` gets the status of every answer of 400 and above. */
export function createCaller({ port, headers: own = {}, onRefused = () => undefined }) {
  function send(method, path, headers, body) {
    const sent = request({
      host: '127.0.0.1',
      port,
      method,
      path,
      agent: false,
      headers: {
        accept: 'application/json, text/event-stream',
        ...(body && { 'content-type': 'application/json' }),
        ...own,
        ...headers,
      },
    });
    sent.end(body && JSON.stringify(body));
    return sent;
  }

  async function open(method, path, headers, body) {
    const sent = send(method, path, headers, body);
    const [response] = await once(sent, 'response');
    // A server that cuts the connection is no error of the soak.
    response.on('error', () => undefined);
    sent.on('error', () => undefined);
    if (response.statusCode >= 400) onRefused(response.statusCode);
    return response;
  }

  async function post(path, body, headers) {
    const response = await open('POST', path, headers, body);
    response.resume();
    await once(response, 'close');
    return response;
  }

  return { send, open, post };
}

export function initialize(protocolVersion) {
  const params = { protocolVersion, capabilities: {}, clientInfo: { name: 'soak', version: '1' } };
  return { jsonrpc: '2.0', id: 'initialize', method: 'initialize', params };
}

export function call(name = 'echo', input, _meta) {
  const given = input ?? (name === 'echo' ? { message: 'x'.repeat(1_000) } : {});
  return toolCall(name, { name, arguments: given, ...(_meta && { _meta }) });
}

/** A call of the modern era, from a client that knows tasks. */
export function modernCall(method, params) {
  const prefix = 'io.modelcontextprotocol/';
  const _meta = {
    [`${prefix}protocolVersion`]: '2026-07-28',
    [`${prefix}clientInfo`]: { name: 'soak', version: '1' },
    [`${prefix}clientCapabilities`]: { extensions: { [`${prefix}tasks`]: {} } },
  };
  return {
    headers: {
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      ...(params.name && { 'mcp-name': params.name }),
    },
    body: { jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } },
  };
}

function toolCall(id, params) {
  return { jsonrpc: '2.0', id, method: 'tools/call', params };
}
