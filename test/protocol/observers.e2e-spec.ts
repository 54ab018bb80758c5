import { once } from 'node:events';
import { ForbiddenException, Injectable, Scope, UseGuards, type CanActivate } from '@nestjs/common';
import type { Client as NextClient } from '@modelcontextprotocol/client';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { IsInt } from 'class-validator';
import {
  McpException,
  McpTool,
  type McpCallEvent,
  type McpCallObserver,
  McpContext,
  type McpModuleOptions,
} from 'nestjs-mcp';
import { z } from 'zod';
import { failureOf, post } from '../../libs/mcp/test/wire.js';
import { bootError, startApp } from '../support/start-app.js';
import { postModern } from './modern.wire.js';
import { startStory } from './story.app.js';
import { connectLegacy, toStreamable, ways, type StoryClient, type Way } from './story.clients.js';

class Order {
  @IsInt() amount: number;
}

@Injectable()
class Closed implements CanActivate {
  canActivate(): boolean {
    throw new ForbiddenException('Only at night');
  }
}

@Injectable()
class Shop {
  private readonly heard = new EventTarget();

  next(event: 'waiting'): Promise<unknown> {
    return once(this.heard, event);
  }

  @McpTool({ description: 'Orders.' })
  order({ amount }: Order): string {
    return `ordered ${amount}`;
  }

  @McpTool({ description: 'Orders in secret.', observe: { input: false, result: true } })
  orderQuietly({ amount }: Order): string {
    return `ordered ${amount} quietly`;
  }

  @McpTool({ description: 'Counts wrongly.', output: z.object({ count: z.number() }) })
  count(): never {
    return { count: 'many' } as never;
  }

  @McpTool({ description: 'Says no.' })
  soldOut(): string {
    throw new McpException('Sold out');
  }

  @McpTool({ description: 'Breaks.' })
  broken(): string {
    throw new Error('the password is xyzzy');
  }

  @UseGuards(Closed)
  @McpTool({ description: 'Opens.' })
  open(): string {
    return 'open';
  }

  @McpTool({ description: 'Pays back.', scopes: ['refunds'] })
  refund(): string {
    return 'paid back';
  }

  @McpTool({ description: 'Waits until it is aborted.' })
  async wait(context: McpContext): Promise<void> {
    this.heard.dispatchEvent(new Event('waiting'));
    await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
  }
}

@Injectable()
class AuditTrail implements McpCallObserver {
  readonly events: McpCallEvent[] = [];
  private readonly heard = new EventTarget();

  onCall(event: McpCallEvent): void {
    this.events.push(event);
    this.heard.dispatchEvent(new Event(event.outcome));
  }

  next(outcome: string): Promise<unknown> {
    return once(this.heard, outcome);
  }

  get calls(): McpCallEvent[] {
    return this.events.filter(({ method }) => method === 'tools/call');
  }
}

/** Tries to break what it observes. */
@Injectable()
class Saboteur implements McpCallObserver {
  async onCall(event: McpCallEvent): Promise<void> {
    Object.assign(event, { outcome: 'ok' });
  }
}

function start(options: Partial<McpModuleOptions> = {}) {
  return startStory({ observers: [Saboteur, AuditTrail], ...options }, [
    Shop,
    AuditTrail,
    Saboteur,
  ]);
}

describe.each(ways)('An observer of calls over $name', (way: Way) => {
  let story: Awaited<ReturnType<typeof start>>;
  let client: StoryClient;
  let trail: AuditTrail;

  beforeEach(async () => {
    story = await start();
    client = await way.connect(story);
    trail = story.app.get(AuditTrail);
  });

  afterEach(async () => {
    await client.close();
    await story.close();
  });

  it('receives an event for every outcome, without input and result', async () => {
    await client.call('order', { amount: 3 });
    await client.call('order', { amount: 'three' });
    await client.call('sold_out');
    const broken = await client.call('broken');
    await client.call('open');
    await failureOf(client.call('unknown'));
    expect(trail.calls.map(({ primitive, outcome }) => [primitive, outcome])).toEqual([
      [{ kind: 'tool', name: 'order' }, 'ok'],
      [{ kind: 'tool', name: 'order' }, 'invalid'],
      [{ kind: 'tool', name: 'sold_out' }, 'tool_error'],
      [{ kind: 'tool', name: 'broken' }, 'error'],
      [{ kind: 'tool', name: 'open' }, 'refused'],
      [{ kind: 'tool', name: 'unknown' }, 'invalid'],
    ]);
    for (const event of trail.calls) {
      expect(event).toMatchObject({ server: 'story', era: way.era, startedAt: expect.any(Date) });
      expect(event).not.toHaveProperty('input');
      expect(event).not.toHaveProperty('result');
      expect(event.requestBytes).toBeGreaterThan(60);
      expect(event.resultBytes).toBeGreaterThan(20);
    }
    const failed = trail.calls[3];
    expect(JSON.stringify(broken)).toContain(`Internal error (${failed?.errorId})`);
    expect(JSON.stringify(trail.events)).not.toContain('xyzzy');
    if (way.era === 'legacy') expect(trail.events[0]).toMatchObject({ method: 'initialize' });
  });

  it('receives an event for a call whose client cancels it', async () => {
    const [waiting, cancelled] = [story.app.get(Shop).next('waiting'), trail.next('cancelled')];
    const abort = new AbortController();
    const { signal } = abort;
    const failure = failureOf(
      'legacy' in client
        ? (client.legacy as Client).callTool({ name: 'wait' }, undefined, { signal })
        : (client as unknown as { modern: NextClient }).modern.callTool(
            { name: 'wait' },
            { signal },
          ),
    );
    await waiting;
    abort.abort();
    await failure;
    await cancelled;
    expect(trail.calls).toMatchObject([{ outcome: 'cancelled', resultBytes: 0 }]);
  });
});

describe('The observers of a server', () => {
  it('receive copies of inputs and results with the option of the module', async () => {
    const story = await start({ observe: { input: true, result: true } });
    const client = await (ways[0] as Way).connect(story);
    await client.call('order', { amount: 3 });
    expect(story.app.get(AuditTrail).calls).toMatchObject([
      { input: { amount: 3 }, result: { content: [{ type: 'text', text: 'ordered 3' }] } },
    ]);
    await client.close();
    await story.close();
  });

  it('receive for one tool what its own option says, in place of the module’s', async () => {
    const story = await start({ observe: { input: true } });
    const client = await (ways[0] as Way).connect(story);
    await client.call('order', { amount: 3 });
    await client.call('order_quietly', { amount: 4 });
    const [loud, quiet] = story.app.get(AuditTrail).calls;
    expect(loud).toMatchObject({ input: { amount: 3 } });
    expect(loud).not.toHaveProperty('result');
    expect(quiet).toMatchObject({ result: { content: [{ text: 'ordered 4 quietly' }] } });
    expect(quiet).not.toHaveProperty('input');
    await client.close();
    await story.close();
  });

  it.each(ways)(
    'receive the id of the log line for a result that does not match its declared output, over $name',
    async (way) => {
      const story = await start();
      const client = await way.connect(story);
      const result = await client.call('count');
      const [event] = story.app.get(AuditTrail).calls;
      expect(event).toMatchObject({ outcome: 'tool_error', errorId: expect.any(String) });
      expect(JSON.stringify(result)).toContain(`(${event?.errorId})`);
      await client.close();
      await story.close();
    },
  );

  it('receive the trace that the client sends', async () => {
    const story = await start();
    const client = await connectLegacy(toStreamable(story));
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const _meta = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
    await client.legacy.callTool({ name: 'order', arguments: { amount: 1 }, _meta });
    await client.call('order', { amount: 2 });
    const [first, second] = story.app.get(AuditTrail).calls;
    expect(first).toMatchObject({ traceId });
    expect(second).not.toHaveProperty('traceId');
    await client.close();
    await story.close();
  });

  it.each([ways[0], ways[3]] as Way[])(
    'receive an event for a call that is refused for a missing scope over $name',
    async (way) => {
      const story = await start();
      const client = await way.connect(story);
      await failureOf(client.call('refund'));
      expect(story.app.get(AuditTrail).calls).toMatchObject([
        {
          primitive: { name: 'refund' },
          era: way.era,
          over: 'streamable-http',
          outcome: 'refused',
        },
      ]);
      await client.close();
      await story.close();
    },
  );

  it.each(ways)('receive an event for a call beyond a limit over $name', async (way) => {
    const story = await start({ limits: { callsPerOwner: 1 } });
    const client = await way.connect(story);
    const waiting = story.app.get(Shop).next('waiting');
    const abandoned = failureOf(client.call('wait'));
    await waiting;
    await failureOf(client.call('order', { amount: 1 }));
    expect(story.app.get(AuditTrail).calls).toMatchObject([
      { primitive: { name: 'order' }, era: way.era, outcome: 'refused' },
    ]);
    await client.close();
    await story.close();
    await abandoned;
  });

  it('receive an event for a request that the transport refuses as broken', async () => {
    const story = await start();
    const order = { name: 'order', arguments: { amount: 1 } };
    const mismatch = { headers: { 'mcp-name': 'refund' } };
    expect((await postModern(`${story.url}/mcp`, 'tools/call', order, mismatch)).status).toBe(400);
    const withoutEnvelope = { jsonrpc: '2.0', id: 2, method: 'tools/call', params: order };
    const modern = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call' };
    expect((await post(`${story.url}/mcp`, withoutEnvelope, modern)).status).toBe(400);
    expect(story.app.get(AuditTrail).calls).toMatchObject([
      { primitive: { name: 'order' }, era: 'modern', outcome: 'invalid' },
      { primitive: { name: 'order' }, era: 'modern', outcome: 'invalid' },
    ]);
    await story.close();
  });

  it('have no effect when they throw: the client is answered, and the log names the observer', async () => {
    const app = await startApp({
      mcp: { observers: [Saboteur, AuditTrail] },
      providers: [Shop, Saboteur, AuditTrail],
    });
    const client = await app.connect();
    const result = await client.callTool({ name: 'order', arguments: { amount: 1 } });
    expect(result).toMatchObject({ content: [{ text: 'ordered 1' }] });
    expect(app.app.get(AuditTrail).calls).toHaveLength(1);
    expect(app.log.of('error').join('\n')).toContain('Saboteur.onCall failed');
    await app.close();
  });

  it.each([
    ['that no module provides', false],
    ['that is request-scoped', true],
  ])('stop the boot if they name a class %s', async (_name, isProvided) => {
    @Injectable({ scope: Scope.REQUEST })
    class Scoped implements McpCallObserver {
      onCall(): void {
        // The boot stops before any call.
      }
    }
    const error = await bootError({
      mcp: { observers: [Scoped] },
      providers: isProvided ? [Shop, Scoped] : [Shop],
    });
    expect(String(error)).toMatch(/observers.*Scoped cannot be had/s);
  });
});
