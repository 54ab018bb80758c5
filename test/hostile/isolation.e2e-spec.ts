import {
  Client as NextClient,
  StreamableHTTPClientTransport as NextHttp,
} from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Injectable } from '@nestjs/common';
import { IsInt, IsOptional, IsString } from 'class-validator';
import { McpContext, McpTool, sse, staticTokens, streamableHttp } from 'nestjs-mcp';
import { adapters, startApp } from '../support/start-app.js';

class Note {
  @IsString()
  text: string;

  @IsInt()
  turns: number;

  @IsOptional()
  tags?: string[] = [];
}

@Injectable()
class Diary {
  /** Tells who calls, as every source of it says, after it has let others go first. */
  @McpTool()
  async write(note: Note, context: McpContext) {
    note.tags?.push(context.auth?.subject ?? '');
    for (let turn = 0; turn < note.turns; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (turn === 1) await context.progress(1, 1, context.auth?.subject);
    }
    const { headers } = context.request as { headers: Record<string, string> };
    return {
      text: note.text,
      tags: note.tags,
      subject: context.auth?.subject,
      user: headers['x-user'],
      // A call without session and envelope says nothing of its client.
      client: context.client?.name ?? headers['x-user'],
    };
  }
}

const users = Array.from({ length: 8 }, (_, n) => `user-${n}`);
const tokens = Object.fromEntries(
  users.map((user) => [user, { token: `token-of-${user}`, scopes: [`scope-${user}`] }]),
);

type OnProgress = (event: { message?: string }) => void;
type Call = (input: object, onprogress: OnProgress) => Promise<{ content: unknown }>;

interface Caller {
  call: Call;
  close(): Promise<void>;
}

async function connectLegacy(
  transport: StreamableHTTPClientTransport | SSEClientTransport,
  name: string,
): Promise<Caller> {
  const client = new Client({ name, version: '1' });
  await client.connect(transport);
  return {
    call: (input, onprogress) =>
      client.callTool({ name: 'write', arguments: input as Record<string, unknown> }, undefined, {
        onprogress,
      }) as never,
    close: () => client.close(),
  };
}

const ways: Record<string, (url: string, name: string, init: RequestInit) => Promise<Caller>> = {
  session: (url, name, requestInit) =>
    connectLegacy(new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit }), name),
  stateless: (url, name, requestInit) =>
    connectLegacy(
      new StreamableHTTPClientTransport(new URL(`${url}/stateless`), { requestInit }),
      name,
    ),
  SSE: (url, name, requestInit) =>
    connectLegacy(new SSEClientTransport(new URL(`${url}/sse`), { requestInit }), name),
  modern: async (url, name, requestInit) => {
    const client = new NextClient(
      { name, version: '2' },
      { versionNegotiation: { mode: { pin: '2026-07-28' } } },
    );
    await client.connect(new NextHttp(new URL(`${url}/mcp`), { requestInit }));
    return {
      call: (input, onprogress) =>
        client.callTool(
          { name: 'write', arguments: input as Record<string, unknown> },
          { onprogress },
        ),
      close: () => client.close(),
    };
  },
};

it.each(adapters)(
  'no caller reads data of another, however calls interleave, on %s',
  async (adapter) => {
    const { url, close } = await startApp({
      adapter,
      mcp: {
        auth: { verifier: staticTokens(tokens) },
        transports: [
          streamableHttp(),
          streamableHttp({ path: 'stateless', stateless: true }),
          sse(),
        ],
      },
      providers: [Diary],
    });
    const callers = await Promise.all(
      users.flatMap((user) =>
        Object.entries(ways).map(async ([way, connect]) => {
          const headers = { Authorization: `Bearer token-of-${user}`, 'X-User': user };
          return { user, way, ...(await connect(url, user, { headers })) };
        }),
      ),
    );
    const mixUps: unknown[] = [];
    const write = async (
      { user, way, call }: (typeof callers)[number],
      n: number,
    ): Promise<void> => {
      const text = `${user} ${way} ${n}`;
      const told: unknown[] = [];
      // Neighbours wait for different times, so that answers overtake each other.
      const answer = await call({ text, turns: (n * 7 + user.length + way.length) % 11 }, (event) =>
        told.push(event.message),
      );
      const expected = { text, tags: [user], subject: user, user, client: user };
      const [{ text: given = '' } = {}] = answer.content as { text?: string }[];
      const isOwn = given === JSON.stringify(expected) && told.every((one) => one === user);
      if (!isOwn) mixUps.push({ expected, given, told });
    };
    await Promise.all(
      callers.map((caller) => Promise.all(Array.from({ length: 25 }, (_, n) => write(caller, n)))),
    );
    expect(mixUps).toEqual([]);
    await Promise.all(callers.map((caller) => caller.close()));
    await close();
  },
);
