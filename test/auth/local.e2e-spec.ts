import { PassThrough } from 'node:stream';
import { createInterface } from 'node:readline';
import { UseGuards } from '@nestjs/common';
import { BearerAuthGuard, McpTool, staticTokens, stdio, type McpAuth } from 'nestjs-mcp';
import { startApp } from '../support/start-app.js';
import { initialize } from './requests.js';

class Tools {
  @McpTool({ scopes: ['write'] })
  save() {
    return 'saved';
  }

  @UseGuards(BearerAuthGuard)
  @McpTool()
  guarded() {
    return 'let in';
  }
}

/** Speaks with a server over its standard streams, one line each. */
async function speak(auth: McpAuth | undefined, messages: readonly object[]) {
  const input = new PassThrough();
  const output = new PassThrough();
  const app = await startApp({
    mcp: {
      name: 'shop',
      version: '1',
      auth: { verifier: staticTokens('a') },
      transports: [stdio({ input, output, ...(auth && { auth }) })],
    },
    providers: [Tools],
  });
  const lines = createInterface({ input: output });
  const answers: Record<string, { result?: object; error?: object }> = {};
  const done = new Promise<void>((resolve) => {
    lines.on('line', (line) => {
      const { id, ...answer } = JSON.parse(line) as { id: string };
      answers[id] = answer;
      if (Object.keys(answers).length === messages.length + 1) resolve();
    });
  });
  for (const message of [initialize, ...messages]) {
    input.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }
  await done;
  lines.close();
  await app.close();
  return answers;
}

const calls = [
  { id: 'list', method: 'tools/list' },
  { id: 'save', method: 'tools/call', params: { name: 'save' } },
  { id: 'guarded', method: 'tools/call', params: { name: 'guarded' } },
];

describe('over stdio', () => {
  it('an anonymous caller receives the missing scopes in a JSON-RPC error', async () => {
    const { list, save, guarded } = await speak(undefined, calls);
    expect(list?.result).toMatchObject({ tools: [{ name: 'guarded' }] });
    expect(save?.error).toMatchObject({ data: { error: 'insufficient_scope', scope: 'write' } });
    expect(guarded?.result).toMatchObject({ isError: true });
  });

  it('the configured caller applies to scopes and to guards', async () => {
    const { list, save, guarded } = await speak({ subject: 'anna', scopes: ['write'] }, calls);
    expect(list?.result).toMatchObject({ tools: [{ name: 'guarded' }, { name: 'save' }] });
    expect(save?.result).toEqual({ content: [{ type: 'text', text: 'saved' }] });
    expect(guarded?.result).toEqual({ content: [{ type: 'text', text: 'let in' }] });
  });
});
