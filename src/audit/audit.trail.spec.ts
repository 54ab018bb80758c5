import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { McpTestClient } from 'nestjs-mcp/testing';
import { AppModule } from '../app.module.js';
import type { AuditEntry } from './audit-entry.entity.js';
import { AuditTrail } from './audit.trail.js';

describe('The audit trail', () => {
  let app: INestApplication;
  let url: string;

  beforeAll(async () => {
    process.env.MCP_TOKENS = 'auditor';
    const moduleRef = await Test.createTestingModule({
      imports: [AppModule.over('http')],
    }).compile();
    app = moduleRef.createNestApplication();
    app.useLogger(false);
    await app.listen(0, '127.0.0.1');
    url = `${await app.getUrl()}/api/v1/audit`;
  });

  afterAll(async () => {
    delete process.env.MCP_TOKENS;
    await app.close();
  });

  const read = async (): Promise<{ entries: Partial<AuditEntry>[]; total: number }> => {
    await app.get(AuditTrail, { strict: false }).settled();
    const answer = await fetch(`${url}?limit=5`, { headers: { authorization: 'Bearer auditor' } });
    const entries = (await answer.json()) as Partial<AuditEntry>[];
    return { entries, total: Number(answer.headers.get('x-total-count')) };
  };

  it('contains caller, primitive and outcome of each call, without inputs', async () => {
    const as = { subject: 'ann', scopes: [] };
    const client = await McpTestClient.connect(app, { over: 'http', as });
    await client.callTool('store_item', { key: 'a', value: 'secret' });
    await client.callTool('get_item', { key: 'nothing' });
    await client.callTool('no_such_tool').catch(() => undefined);
    await client.readResource('data://items');
    await client.close();
    const { entries, total } = await read();
    expect(entries.slice(0, 4).map((one) => [one.subject, one.primitive, one.outcome])).toEqual([
      ['ann', 'data://items', 'ok'],
      ['ann', 'no_such_tool', 'invalid'],
      ['ann', 'get_item', 'tool_error'],
      ['ann', 'store_item', 'ok'],
    ]);
    expect(total).toBe(4);
    expect(JSON.stringify(entries)).not.toContain('secret');
  });

  it('answers 401 without a token', async () => {
    expect((await fetch(url)).status).toBe(401);
  });

  it('truncates a long name from a client', async () => {
    const client = await McpTestClient.connect(app, { token: 'auditor' });
    await client.callTool('x'.repeat(900)).catch(() => undefined);
    await client.close();
    const { entries } = await read();
    expect(entries[0]?.primitive).toHaveLength(200);
  });
});
