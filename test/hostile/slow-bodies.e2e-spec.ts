import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { McpParam, McpTool, sse, streamableHttp } from 'nestjs-mcp';
import { call, initialize, post } from '../../libs/mcp/test/wire.js';
import { adapters, startApp, type StartedApp } from '../support/start-app.js';

const mebibyte = 1024 * 1024;
const budget = 8 * mebibyte;
const size = mebibyte - 1;

@Injectable()
class Echo {
  @McpTool()
  length(@McpParam('message', { type: String }) message: string): number {
    return message.length;
  }
}

/** A POST whose last byte does not come before it is asked for. */
interface SlowBody {
  readonly sending: ClientRequest;
  /** The status of the answer; it may come before the body is whole. */
  readonly answer: Promise<number>;
  readonly finish: () => void;
}

describe.each(adapters)('Request bodies that arrive slowly on %s', (adapter) => {
  let served: StartedApp;
  const slow: SlowBody[] = [];

  beforeEach(async () => {
    served = await startApp({
      adapter,
      providers: [Echo],
      mcp: {
        transports: [streamableHttp({ stateless: true }), sse()],
        limits: { bodies: budget },
      },
    });
  });

  afterEach(async () => {
    for (const { sending } of slow.splice(0)) sending.destroy();
    await served.close();
  });

  async function begin(): Promise<SlowBody> {
    const text = JSON.stringify(call(1, 'length', { arguments: { message: '' } }));
    const filled = Buffer.from(
      text.replace('"message":""', `"message":"${'x'.repeat(size - text.length)}"`),
    );
    const sending = request(`${served.url}/mcp`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'content-length': filled.length,
        accept: 'application/json, text/event-stream',
      },
    });
    sending.on('error', () => undefined);
    const answer = once(sending, 'response').then(([response]) => {
      (response as IncomingMessage).resume();
      return (response as IncomingMessage).statusCode ?? 0;
    });
    // A client that goes away gets none.
    answer.catch(() => undefined);
    const body = { sending, answer, finish: () => void sending.end(filled.subarray(-1)) };
    slow.push(body);
    await new Promise((resolve) => {
      sending.write(filled.subarray(0, -1), resolve);
    });
    return body;
  }

  it('use no more than the budget of the server: those that arrive for longest are refused', async () => {
    const bodies: SlowBody[] = [];
    for (let n = 0; n < 40; n++) bodies.push(await begin());
    const last = bodies.slice(-4);
    const refused = await Promise.all(bodies.slice(0, 32).map(({ answer }) => answer));
    expect(refused).toEqual(refused.map(() => 503));
    for (const { finish } of last) finish();
    expect(await Promise.all(last.map(({ answer }) => answer))).toEqual([200, 200, 200, 200]);
  });

  it('do not prevent other clients from being served', async () => {
    for (let n = 0; n < 20; n++) await begin();
    const answer = await post(
      `${served.url}/mcp`,
      call(1, 'length', { arguments: { message: 'abc' } }),
    );
    expect(answer.status).toBe(200);
    expect((await post(`${served.url}/mcp`, initialize('2025-11-25'))).status).toBe(200);
  });

  it('do not prevent the application from closing', async () => {
    const bodies: SlowBody[] = [];
    for (let n = 0; n < 10; n++) bodies.push(await begin());
    // Two of them are refused, so the others have arrived but for their last byte.
    await Promise.race(bodies.map(({ answer }) => answer));
    await served.close();
    const ends = bodies.map(({ answer }) => answer.catch(() => 'cut off'));
    expect(await Promise.all(ends)).toContain('cut off');
  });

  it('release their part of the budget when their client disconnects', async () => {
    for (let n = 0; n < 6; n++) await begin();
    for (const { sending } of slow.splice(0)) {
      const closed = new Promise((resolve) => {
        sending.once('close', resolve);
      });
      sending.destroy();
      await closed;
    }
    const bodies: SlowBody[] = [];
    for (let n = 0; n < 7; n++) bodies.push(await begin());
    for (const { finish } of bodies) finish();
    const statuses = await Promise.all(bodies.map(({ answer }) => answer));
    expect(statuses).toEqual(bodies.map(() => 200));
  });
});
