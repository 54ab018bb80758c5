import { Injectable } from '@nestjs/common';
import {
  InjectMcpServer,
  McpCompletion,
  McpConfigurationError,
  McpParam,
  McpPrompt,
  McpResource,
  type McpServerRef,
} from 'nestjs-mcp';
import { bootError, startApp, stopAll } from '../support/start-app.js';

@Injectable()
class Offered {
  constructor(@InjectMcpServer() readonly server: McpServerRef) {}

  @McpPrompt()
  weather(@McpParam('city') city: string, @McpParam('day') day: string): string {
    return `${city} ${day}`;
  }

  @McpPrompt()
  bare(): string {
    return 'bare';
  }

  @McpPrompt({ input: { type: 'object', additionalProperties: { type: 'string' } } })
  open(input: Record<string, string>): string {
    return JSON.stringify(input);
  }

  @McpResource('db://{table}{?limit}')
  table(@McpParam('table') table: string): string {
    return table;
  }
}

describe('A completion', () => {
  afterEach(stopAll);

  it('of an argument that its prompt or template does not have stops the boot', async () => {
    @Injectable()
    class Completions {
      @McpCompletion({ prompt: 'weather', argument: 'cty' })
      city(): string[] {
        return [];
      }

      @McpCompletion({ prompt: 'bare', argument: 'any' })
      any(): string[] {
        return [];
      }

      @McpCompletion({ resource: 'db://{table}{?limit}', argument: 'tables' })
      table(): string[] {
        return [];
      }
    }
    const error = await bootError({ providers: [Offered, Completions] });
    expect(error).toBeInstanceOf(McpConfigurationError);
    expect(error.message).toContain(
      "Completions.city: the prompt 'weather' has no argument 'cty'. Name one of: city, day.",
    );
    expect(error.message).toContain(
      "Completions.any: the prompt 'bare' has no argument 'any'. It has none: take the completion away.",
    );
    expect(error.message).toContain(
      "Completions.table: the resource 'db://{table}{?limit}' has no argument 'tables'. Name one of: table, limit.",
    );
  });

  it('of a prompt that is itself declared wrongly adds no error', async () => {
    @Injectable()
    class Wrong {
      @McpPrompt()
      wrong(input: Record<string, string>): string {
        return JSON.stringify(input);
      }

      @McpCompletion({ prompt: 'wrong', argument: 'any' })
      any(): string[] {
        return [];
      }
    }
    const { message } = await bootError({ providers: [Wrong] });
    expect(message).toMatch(/^Wrong\.wrong: nothing says/);
  });

  it('of what the server does not have is a warning, since it may be added at run time', async () => {
    @Injectable()
    class Completions {
      @McpCompletion({ prompt: 'late', argument: 'city' })
      city(): string[] {
        return ['Bern'];
      }

      @McpCompletion({ resource: 'late://{id}', argument: 'id' })
      id(): string[] {
        return [];
      }
    }
    const { app, client, log } = await startApp({ providers: [Offered, Completions] });
    expect(log.of('warn')).toContain(
      "These completions are of a prompt or template that the server does not have: Completions.city (prompt 'late'), Completions.id (resource 'late://{id}'). Correct the name, unless it is added at run time.",
    );
    app.get(Offered).server.prompts.add({
      name: 'late',
      input: { type: 'object', properties: { city: { type: 'string' } } },
      handler: () => 'late',
    });
    const { values } = await (await client()).complete({ prompt: 'late' }, 'city', '');
    expect(values).toEqual(['Bern']);
  });

  it('of an argument of a prompt that takes any, or of an optional variable, is no finding', async () => {
    @Injectable()
    class Completions {
      @McpCompletion({ prompt: 'open', argument: 'whatever' })
      whatever(): string[] {
        return [];
      }

      @McpCompletion({ resource: 'DB://{table}{?limit}', argument: 'limit' })
      limit(): string[] {
        return [];
      }
    }
    const { log } = await startApp({ providers: [Offered, Completions] });
    expect(log.of('warn').filter((line) => line.includes('completion'))).toEqual([]);
  });
});
