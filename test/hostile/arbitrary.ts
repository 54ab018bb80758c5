import fc from 'fast-check';

const names = ['echo', 'keys', 'fail', 'never', 'nothing', '__proto__', 'constructor', ''];
const methods = [
  'initialize',
  'ping',
  'tools/list',
  'tools/call',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'resources/subscribe',
  'resources/unsubscribe',
  'prompts/list',
  'prompts/get',
  'completion/complete',
  'logging/setLevel',
  'notifications/initialized',
  'notifications/cancelled',
  'notifications/progress',
  'notifications/roots/list_changed',
  'tasks/get',
];
const versions = ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28', '1', ''];

/** URIs near those that the target serves, and far from them. */
export const uris = fc.oneof(
  fc.webUrl(),
  fc.string(),
  fc.string().map((path) => `file:///${path}`),
  fc
    .array(fc.constantFrom('/', '?', '#', '&', '=', '%', '%2', '{', '}', 'a', ':', '\u{1f98a}'))
    .map((parts) => `tree://a/${parts.join('')}`),
);

const id = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 5 }) },
  fc.string(),
  fc.double(),
  fc.constantFrom(null, true, {}, [], -1, 2 ** 53, '__proto__'),
);

const params = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record(
      {
        name: fc.oneof(fc.constantFrom(...names), fc.string()),
        arguments: fc.oneof(
          fc.record({ message: fc.oneof(fc.string(), fc.jsonValue()), value: fc.jsonValue() }),
          fc.dictionary(fc.oneof(fc.string(), fc.constantFrom(...names)), fc.jsonValue()),
          fc.jsonValue(),
        ),
        uri: uris,
        cursor: fc.oneof(fc.string(), fc.base64String(), fc.jsonValue()),
        level: fc.oneof(fc.constantFrom('debug', 'error'), fc.string()),
        requestId: id,
        protocolVersion: fc.oneof(fc.constantFrom(...versions), fc.jsonValue()),
        capabilities: fc.oneof(fc.constant({}), fc.jsonValue()),
        clientInfo: fc.oneof(fc.constant({ name: 'fuzz', version: '1' }), fc.jsonValue()),
        ref: fc.oneof(
          fc.record({
            type: fc.constantFrom('ref/prompt', 'ref/resource'),
            name: fc.string(),
            uri: uris,
          }),
          fc.jsonValue(),
        ),
        argument: fc.oneof(fc.record({ name: fc.string(), value: fc.string() }), fc.jsonValue()),
        _meta: fc.oneof(
          { weight: 9, arbitrary: fc.record({ progressToken: fc.nat(9) }) },
          fc.record({ progressToken: id }),
          fc.jsonValue(),
        ),
      },
      { requiredKeys: ['name', 'arguments', 'uri'] },
    ),
  },
  fc.jsonValue(),
);

const usual = {
  jsonrpc: fc.constant('2.0'),
  id: fc.integer({ min: 0, max: 5 }),
  method: fc.constantFrom(...methods),
  params,
};

/** Something like a JSON-RPC message. */
export const message = fc.oneof(
  { weight: 5, arbitrary: fc.record(usual) },
  fc.record({ ...usual, id }),
  fc.record({ ...usual, method: fc.string() }),
  fc.record(
    { ...usual, result: fc.jsonValue(), error: fc.jsonValue(), extra: fc.jsonValue() },
    { requiredKeys: [] },
  ),
);

/** Wrong in the ways that bodies are wrong: JSON of anything, cut short, with bytes exchanged. */
export const body = fc.oneof(
  { weight: 6, arbitrary: message.map((value) => Buffer.from(JSON.stringify(value))) },
  fc.array(message, { maxLength: 4 }).map((value) => Buffer.from(JSON.stringify(value))),
  fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value))),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.tuple(message, fc.nat(), fc.nat(255)).map(([value, at, byte]) => {
    const bytes = Buffer.from(JSON.stringify(value));
    bytes[at % bytes.length] = byte;
    return bytes;
  }),
  fc.tuple(message, fc.nat()).map(([value, end]) => {
    const bytes = Buffer.from(JSON.stringify(value));
    return bytes.subarray(0, end % bytes.length);
  }),
);

/** As Node's client lets it through. */
const headerValue = fc
  .string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) })
  .map((value) => value.trim());

/** Headers that a transport looks at. */
export const headers = fc
  .record(
    {
      'content-type': fc.oneof(
        { weight: 5, arbitrary: fc.constant('application/json') },
        headerValue,
      ),
      accept: fc.oneof(
        { weight: 5, arbitrary: fc.constant('application/json, text/event-stream') },
        headerValue,
      ),
      'mcp-protocol-version': fc.oneof(fc.constantFrom(...versions), headerValue),
      'mcp-session-id': fc.oneof(fc.uuid(), headerValue),
      'last-event-id': fc.oneof(fc.uuid(), fc.nat().map(String), headerValue),
      origin: fc.oneof(
        { weight: 12, arbitrary: fc.constant(undefined) },
        fc.webUrl(),
        fc.constantFrom('null', 'http://localhost'),
        headerValue,
      ),
      authorization: headerValue,
      'mcp-method': headerValue,
      'mcp-name': headerValue,
    },
    { requiredKeys: [] },
  )
  .map(({ origin, ...rest }) => ({ ...rest, ...(origin !== undefined && { origin }) }));
