import {
  Controller,
  Get,
  Injectable,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { isMcpCall, McpTool } from 'nestjs-mcp';
import { call, openSession, post } from '../../libs/mcp/test/wire.js';
import { adapters, startApp, stopAll } from '../support/start-app.js';

interface AnyResponse {
  raw?: AnyResponse;
  req?: object;
  request?: object;
  destroyed: boolean;
  writableEnded: boolean;
  headersSent: boolean;
  sent?: boolean;
  statusCode: number;
  on(event: string, listener: () => void): void;
  end(text?: string): void;
  write(text: string): boolean;
  setHeader(name: string, value: string): void;
  destroy(): void;
  socket: { destroy(): void; end(): void; write(text: string): boolean };
}

/** Fields by which Node keeps its own accounts of a connection, and what the server has set before a guard runs. */
const internal = /^(_|outputData$|outputSize$|parser$|constructor$)/;

type Shape = Record<string, string>;

/** Type, and value where it is simple, of every property of a response, inherited ones included. */
function shapeOf(response: object): Shape {
  const shape: Shape = {};
  for (
    let holder: object | null = response;
    holder && holder !== Object.prototype;
    holder = Object.getPrototypeOf(holder) as object | null
  ) {
    for (const name of Object.getOwnPropertyNames(holder)) {
      if (internal.test(name) || name in shape) continue;
      const value: unknown = (response as Record<string, unknown>)[name];
      const simple = ['boolean', 'number', 'string', 'undefined'].includes(typeof value);
      shape[name] = simple || value === null ? `${typeof value} ${String(value)}` : typeof value;
    }
  }
  return shape;
}

afterEach(stopAll);

describe.each(adapters)('the response of a call on %s', (adapter) => {
  it('has every property of a fresh one, of the same type and value', async () => {
    const shapes: Shape[] = [];
    const raws: Shape[] = [];
    const kinds: boolean[] = [];
    const prototypes: unknown[] = [];
    @Injectable()
    class Look implements CanActivate {
      canActivate(context: ExecutionContext): boolean {
        const response = context.switchToHttp().getResponse<AnyResponse>();
        shapes.push(shapeOf(response));
        if (response.raw) raws.push(shapeOf(response.raw));
        kinds.push(isMcpCall(context));
        prototypes.push(Object.getPrototypeOf(response));
        expect(response.req ?? response.request).toBe(context.switchToHttp().getRequest());
        return true;
      }
    }
    @Controller('looks')
    @UseGuards(Look)
    class Looks {
      @Get()
      @McpTool()
      look(): string {
        return 'seen';
      }
    }
    const { connect, url } = await startApp({ adapter, controllers: [Looks] });
    await fetch(`${url}/looks`);
    const client = await connect();
    await client.callTool({ name: 'look' });
    expect(kinds).toEqual([false, true]);
    // What differs from one response to the next: the time that has passed.
    for (const shape of shapes) delete shape.elapsedTime;
    expect(shapes[1]).toEqual(shapes[0]);
    expect(raws[1]).toEqual(raws[0]);
    const [real, detached] = prototypes as object[];
    expect((real as object).isPrototypeOf.call(real, detached as object)).toBe(true);
    await client.close();
  });

  it('emits finish and close when the call has ended, and no sooner', async () => {
    const events: string[] = [];
    @Injectable()
    class Watch implements CanActivate {
      canActivate(context: ExecutionContext): boolean {
        if (!isMcpCall(context)) return true;
        const response = context.switchToHttp().getResponse<AnyResponse>();
        const raw = response.raw ?? response;
        for (const event of ['finish', 'close']) {
          raw.on(event, () =>
            events.push(`${event} ${raw.writableEnded} ${raw.destroyed} ${raw.statusCode}`),
          );
        }
        return true;
      }
    }
    @Injectable()
    @UseGuards(Watch)
    class Work {
      @McpTool()
      async work(): Promise<string> {
        await new Promise((resolve) => setImmediate(resolve));
        events.push('worked');
        return 'done';
      }

      @McpTool()
      async *pieces(): AsyncGenerator<string> {
        yield 'a';
        events.push('worked');
        yield await Promise.resolve('b');
      }

      @McpTool()
      fail(): never {
        throw new Error('no');
      }
    }
    const { connect } = await startApp({ adapter, providers: [Work] });
    const client = await connect();
    for (const name of ['work', 'pieces']) {
      await client.callTool({ name });
      expect(events.splice(0)).toEqual(['worked', 'finish true false 200', 'close true true 200']);
    }
    await client.callTool({ name: 'fail' });
    expect(events.splice(0)).toEqual(['finish true false 500', 'close true true 500']);
    await client.close();
  });

  it('reaches no client: whatever is written, ended or destroyed, the answer is complete', async () => {
    let seen: unknown[] = [];
    @Injectable()
    class Vandal implements CanActivate {
      canActivate(context: ExecutionContext): boolean {
        const reply = context.switchToHttp().getResponse<AnyResponse>();
        const raw = reply.raw ?? reply;
        raw.setHeader('x-guard', 'was here');
        raw.setHeader('content-length', '3');
        raw.write('garbage');
        raw.socket.write('garbage');
        seen = [raw.headersSent, raw.writableEnded];
        raw.end('more garbage');
        seen.push(raw.writableEnded, reply.sent ?? true);
        raw.socket.end();
        raw.socket.destroy();
        raw.destroy();
        return true;
      }
    }
    @Injectable()
    @UseGuards(Vandal)
    class Work {
      @McpTool()
      work(): string {
        return 'done';
      }
    }
    const { url } = await startApp({ adapter, providers: [Work] });
    const headers = await openSession(`${url}/mcp`, '2025-06-18');
    for (const id of [1, 2]) {
      const answer = await post(`${url}/mcp`, call(id, 'work'), headers);
      expect(answer.headers.get('x-guard')).toBe('was here');
      expect(await answer.json()).toMatchObject({ id, result: { content: [{ text: 'done' }] } });
    }
    expect(seen).toEqual([true, false, true, true]);
  });
});
