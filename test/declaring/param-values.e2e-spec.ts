import { Injectable } from '@nestjs/common';
import { IsInt, IsString } from 'class-validator';
import {
  InjectMcpServer,
  McpConfigurationError,
  McpParam,
  McpPrompt,
  McpServerRef,
  McpTool,
} from 'nestjs-mcp';
import { bootError, startApp, stopAll } from '../support/start-app.js';

afterEach(stopAll);

enum Size {
  small = 'small',
  large = 'large',
}

describe('The default of a named input', () => {
  it('stops the boot if its own schema refuses it', async () => {
    @Injectable()
    class Defaults {
      @McpTool()
      type(@McpParam('limit', { default: 'ten' }) limit: number): number {
        return limit;
      }

      @McpTool()
      choice(@McpParam('size', { type: Size, default: 'huge' }) size: Size): string {
        return size;
      }

      @McpTool()
      list(@McpParam('tags', { type: [String], default: [1] }) tags: string[]): string[] {
        return tags;
      }

      @McpPrompt()
      raw(
        @McpParam('n', { schema: { type: 'integer', minimum: 1 }, default: 0 }) n: number,
      ): string {
        return String(n);
      }
    }
    const error = await bootError({ providers: [Defaults] });
    expect(error).toBeInstanceOf(McpConfigurationError);
    expect((error as McpConfigurationError).errors).toHaveLength(4);
    expect(error.message).toContain(
      "Defaults.type ('limit'): its own schema refuses the default 'ten' (must be number). Give a default that a client could send.",
    );
    expect(error.message).toContain(
      "Defaults.choice ('size'): its own schema refuses the default 'huge' (",
    );
    expect(error.message).toContain(
      "Defaults.list ('tags'): its own schema refuses the default [ 1 ] (",
    );
    expect(error.message).toContain("Defaults.raw ('n'): its own schema refuses the default 0 (");
  });

  it('may be a date, a list, an instance of a class, and null', async () => {
    class Point {
      @IsInt()
      x = 1;
    }
    @Injectable()
    class Defaults {
      @McpTool()
      all(
        @McpParam('at', { default: new Date(0) }) at: Date,
        @McpParam('tags', { type: [String], default: ['a'] }) tags: string[],
        @McpParam('size', { type: Size, default: Size.large }) size: Size,
        @McpParam('note', { type: String, default: null }) note: string | null,
        @McpParam('point', { default: new Point() }) point: Point,
      ): object {
        return { at, tags, size, note, x: point.x };
      }
    }
    const { client } = await startApp({ providers: [Defaults] });
    const { structured } = await (await client()).callTool('all');
    expect(structured).toEqual({
      at: '1970-01-01T00:00:00.000Z',
      tags: ['a'],
      size: 'large',
      note: null,
      x: 1,
    });
  });
});

describe('An input that is named like a member of every object', () => {
  it('is an input as any other', async () => {
    @Injectable()
    class Tools {
      @McpTool()
      named(
        @McpParam('toString') one: string,
        @McpParam('hasOwnProperty') other: string,
        @McpParam('valueOf', { required: false }) absent?: string,
      ): string {
        return `${one} ${other} ${absent}`;
      }
    }
    const { client } = await startApp({ providers: [Tools] });
    const connected = await client();
    const { text } = await connected.callTool('named', { toString: 'a', hasOwnProperty: 'b' });
    expect(text).toBe('a b undefined');
  });

  it.each(['constructor', '__proto__', 'prototype'])(
    'stops the boot as %s, which is removed from every input',
    async (name) => {
      const says = `the input '${name}' would never arrive: keys named __proto__, constructor and prototype are removed from every input. Give it another name.`;
      @Injectable()
      class Tools {
        @McpTool()
        tool(@McpParam(name) input: string): string {
          return input;
        }

        @McpPrompt()
        prompt(@McpParam(name) input: string): string {
          return input;
        }
      }
      const { message } = await bootError({ providers: [Tools] });
      expect(message).toContain(`Tools.tool: ${says}`);
      expect(message).toContain(`Tools.prompt: ${says}`);
    },
  );

  it('stops the boot as a property of a DTO, and is refused at run time at any depth', async () => {
    class Car {
      @IsString()
      ['constructor']!: never;
    }
    @Injectable()
    class Tools {
      constructor(@InjectMcpServer() readonly server: McpServerRef) {}
    }
    @Injectable()
    class Wrong {
      @McpTool()
      race(car: Car): string {
        return typeof car;
      }
    }
    expect((await bootError({ providers: [Wrong] })).message).toContain(
      "Wrong.race: the input 'constructor' would never arrive",
    );
    const { app } = await startApp({ providers: [Tools] });
    const input = {
      type: 'object',
      properties: { cars: { type: 'array', items: { properties: { constructor: {} } } } },
    };
    expect(() =>
      app.get(Tools).server.tools.add({ name: 'late', input, handler: () => '' }),
    ).toThrow("the input 'constructor' would never arrive");
  });
});
