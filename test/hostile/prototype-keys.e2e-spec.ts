import { Injectable } from '@nestjs/common';
import { IsObject, IsString } from 'class-validator';
import { McpParam, McpPrompt, McpTool } from 'nestjs-mcp';
import { z } from 'zod';
import { openSession, post } from '../../libs/mcp/test/wire.js';
import { postModern } from '../protocol/modern.wire.js';
import { startApp, type StartedApp } from '../support/start-app.js';

class Dto {
  @IsString() a: string;
  @IsObject() nested: object;
}

/** Every own key of a value, at any depth, enumerable or not. */
function keysOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Reflect.ownKeys(value).flatMap((key) => {
    const child: unknown = Object.getOwnPropertyDescriptor(value, key)?.value;
    return Array.isArray(value) ? keysOf(child) : [String(key), ...keysOf(child)];
  });
}

/** What merges carelessly, as much code does. */
function merge(target: Record<string, unknown>, source: object): Record<string, unknown> {
  for (const key of Object.keys(source)) {
    const value = source[key as never] as unknown;
    if (typeof value !== 'object' || value === null) target[key] = value;
    else target[key] = merge((target[key] ?? {}) as Record<string, unknown>, value);
  }
  return target;
}

const report = (input: object): object => {
  merge({}, input);
  return { keys: keysOf(input), polluted: 'polluted' in {} };
};

@Injectable()
class Tools {
  @McpTool({ input: { type: 'object' } })
  raw(input: object): object {
    return report(input);
  }

  @McpTool({ input: z.looseObject({}) })
  zod(input: object): object {
    return report(input);
  }

  @McpTool({ input: z.record(z.string(), z.any()) })
  record(input: object): object {
    return report(input);
  }

  @McpTool()
  dto(input: Dto): object {
    return report(input);
  }

  @McpTool()
  named(
    @McpParam('a') a: string,
    @McpParam('nested', { schema: { type: 'object' } }) nested: object,
  ): object {
    return report({ a, nested });
  }

  @McpTool({ input: { type: 'object' } })
  whole(@McpParam() input: object): object {
    return report(input);
  }

  @McpPrompt({ input: { type: 'object', additionalProperties: { type: 'string' } } })
  prompt(input: object): string {
    return JSON.stringify(report(input));
  }
}

const evil = `{"a":"x","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"prototype":1,
  "nested":{"b":[{"__proto__":{"polluted":1},"c":1}],"constructor":0,"d":{"prototype":{}}}}`;
const kept = new Set(['a', 'nested', 'b', 'c', 'd']);

describe('An own key __proto__, constructor or prototype', () => {
  let served: StartedApp;

  beforeAll(async () => {
    served = await startApp({ providers: [Tools] });
  });

  afterAll(() => served.close());

  const textOf = (answer: unknown): string => {
    const { result } = answer as { result: Record<string, [Record<string, unknown>]> };
    const [block] = (result.content ?? result.messages) as [Record<string, unknown>];
    const { text } = (block.content ?? block) as { text: string };
    return text;
  };

  it.each(['raw', 'zod', 'record', 'dto', 'named', 'whole'])(
    'reaches no handler of a tool, at any depth: %s',
    async (name) => {
      const url = `${served.url}/mcp`;
      const headers = await openSession(url);
      const params = `{"name":"${name}","arguments":${evil}}`;
      const message = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${params}}`;
      const legacy = await post(url, message, headers);
      const modern = await postModern(url, 'tools/call', JSON.parse(params) as never);
      for (const answer of [legacy, modern]) {
        const text = textOf(await answer.json());
        const { keys, polluted } = JSON.parse(text) as { keys: string[]; polluted: boolean };
        expect(polluted).toBe(false);
        expect(keys).toContain('a');
        for (const key of keys) expect(kept).toContain(key);
      }
    },
  );

  it('reaches no handler of a prompt', async () => {
    const params = '{"name":"prompt","arguments":{"a":"x","__proto__":"y","constructor":"z"}}';
    const answer = await postModern(
      `${served.url}/mcp`,
      'prompts/get',
      JSON.parse(params) as never,
    );
    const { keys } = JSON.parse(textOf(await answer.json())) as { keys: string[] };
    expect(keys).toEqual(['a']);
  });
});
