import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { Logger } from '@nestjs/common';
import { SessionManager } from '../../sessions/session.manager.js';
import { boundsOf, createEngine, next, type Seen } from '../../../test/transport-app.js';
import { failureOf } from '../../../test/wire.js';
import { connectInMemory } from './connect-in-memory.js';

describe('connectInMemory', () => {
  const seen: Seen = { origins: [], release: [], events: new EventTarget() };
  const sessions = new SessionManager({ max: 0, maxPerOwner: 0, idleTimeout: 1 });
  const host = {
    name: 'test',
    sessions,
    ...boundsOf(),
    publicPath: '',
    logger: new Logger(),
    createRequest: (local: object) => local,
    authOf: () => undefined,
    ...createEngine(seen),
  };

  it('gives a client a session of its own', async () => {
    const auth = { subject: 'alice', scopes: [] };
    const client = new Client({ name: 'client', version: '1.0.0' });
    await client.connect(await connectInMemory(host, { auth }));
    const result = await client.callTool({ name: 'echo', arguments: { message: 'hi' } });
    expect(result.content).toEqual([{ type: 'text', text: 'hi' }]);
    expect(seen.origins[0]).toMatchObject({ headers: {}, request: { auth }, auth });
    expect(sessions.count).toBe(1);
    await client.close();
    expect(sessions.count).toBe(0);
  });

  it('aborts the calls of a client that disconnects', async () => {
    const client = new Client({ name: 'client', version: '1.0.0' });
    await client.connect(await connectInMemory(host));
    const waiting = next(seen, 'waiting');
    const failure = failureOf(client.callTool({ name: 'wait' }));
    await waiting;
    const aborted = next(seen, 'aborted');
    await client.close();
    await aborted;
    expect(await failure).toContain('Connection closed');
  });

  it('notifies the client when the server ends the session', async () => {
    const client = new Client({ name: 'client', version: '1.0.0' });
    const transport = await connectInMemory(host);
    await client.connect(transport);
    const failure = failureOf(client.callTool({ name: 'wait' }));
    sessions.closeAll();
    expect(await failure).toContain('Connection closed');
  });
});
