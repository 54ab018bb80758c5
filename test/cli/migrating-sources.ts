/** An application that uses `@rekog/mcp-nest` 1, in the shape of public ones. */
export const versionOne: Readonly<Record<string, string>> = {
  'greeting.tool.ts': `import type { Request } from 'express';
import { Injectable, type CanActivate } from '@nestjs/common';
import { Tool, Resource, ResourceTemplate, Prompt, ToolScopes, ToolGuards } from '@rekog/mcp-nest';
import type { Context } from '@rekog/mcp-nest';
import { z } from 'zod';

@Injectable()
export class OnlyWeekdays implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}

@Injectable()
export class GreetingTool {
  // The description is what the model reads.
  @Tool({
    name: 'greeting-tool',
    description: 'Greets, and tells how far it is.',
    parameters: z.object({
      name: z.string().default('World'),
    }),
    annotations: { readOnlyHint: true },
    _meta: { 'example.com/kind': 'greeting' },
  })
  async sayHello({ name }: { name: string }, context: Context, request: Request) {
    for (let step = 1; step <= 2; step++) {
      await context.reportProgress({ progress: step * 50, total: 100 });
    }
    context.log.warn('greeted', { name });
    return { content: [{ type: 'text', text: \`Hello, \${name}! \${typeof request.headers}\` }] };
  }

  @Tool({
    description: 'Adds.',
    parameters: z.object({ a: z.number(), b: z.number() }),
    outputSchema: z.object({ sum: z.number() }),
  })
  @ToolScopes(['sums:read'])
  async addNumbers({ a, b }: { a: number; b: number }) {
    return { sum: a + b };
  }

  @Tool({ name: 'today', description: 'Tells the day.', parameters: z.object({}) })
  @ToolGuards([OnlyWeekdays])
  today() {
    return 'Monday';
  }

  @Resource({
    uri: 'mcp://hello/world',
    name: 'Hello World',
    description: 'A greeting',
    mimeType: 'text/plain',
  })
  async getHello({ uri }: { uri: string }) {
    return { contents: [{ uri, mimeType: 'text/plain', text: 'Hello, World!' }] };
  }

  @ResourceTemplate({ name: 'hello-name', uriTemplate: 'mcp://hello/{userName}' })
  async getHelloTo({ uri, userName }) {
    return { contents: [{ uri, text: \`Hello, \${userName}!\` }] };
  }

  @Prompt({
    name: 'greet',
    description: 'Asks for a greeting.',
    parameters: z.object({ name: z.string() }),
  })
  async greet({ name }: { name: string }) {
    return { messages: [{ role: 'user', content: { type: 'text', text: \`Greet \${name}\` } }] };
  }
}
`,
  'app.module.ts': `import { Module } from '@nestjs/common';
import { McpModule, McpTransportType } from '@rekog/mcp-nest';
import { GreetingTool, OnlyWeekdays } from './greeting.tool.js';

@Module({
  imports: [
    McpModule.forRoot({
      name: 'greetings',
      version: '1.0.0',
      transport: [McpTransportType.STREAMABLE_HTTP, McpTransportType.SSE],
      apiPrefix: 'api',
      mcpEndpoint: 'mcp',
      streamableHttp: {
        enableJsonResponse: false,
        sessionIdGenerator: undefined, // none
        statelessMode: true,
      },
      sse: { pingEnabled: true, pingIntervalMs: 30000 },
    }),
  ],
  providers: [GreetingTool, OnlyWeekdays],
})
export class AppModule {}
`,
};

/** A controller that uses `@rekog/mcp-nest` 2. */
export const versionTwo: Readonly<Record<string, string>> = {
  'report.controller.ts': `import { McpController, McpContext, McpRawRequest, Resource, Tool } from '@rekog/mcp-nest';
import { Ctx, Payload } from '@nestjs/microservices';
import { z } from 'zod';

@McpController({ server: 'reports' })
export class ReportController {
  @Tool({
    name: 'report',
    description: 'Writes a report.',
    parameters: z.object({ days: z.number().int() }),
  })
  async report(
    @Payload() { days }: { days: number },
    @Ctx() ctx: McpContext,
    @McpRawRequest() request: { url?: string },
  ) {
    await ctx.reportProgress({ progress: 1, message: 'half' });
    return { days, at: request.url, revision: ctx.getProtocolVersion() };
  }

  @Resource({ uri: 'report://latest', name: 'latest', mimeType: 'text/plain' })
  latest(@Payload() { uri }: { uri: string }) {
    return { contents: [{ uri, text: 'The latest.' }] };
  }
}
`,
};
