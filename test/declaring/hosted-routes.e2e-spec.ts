import { Controller, Get, HostParam, Param } from '@nestjs/common';
import { McpTool } from 'nestjs-mcp';
import { adapters, startApp, type StartedApp } from '../support/start-app.js';

@Controller({ path: 'reports', host: 'admin.example.com' })
class Reports {
  @Get(':id')
  @McpTool()
  report(@Param('id') id: string): string {
    return `report ${id}`;
  }
}

@Controller({ path: 'tenants', host: ':tenant.example.com' })
class Tenants {
  @Get()
  @McpTool()
  tenant(@HostParam('tenant') tenant?: string): string {
    return `tenant ${tenant}`;
  }
}

describe.each(adapters)('A tool made from a route of one host on %s', (adapter) => {
  let served: StartedApp;
  beforeAll(async () => {
    served = await startApp({ adapter, controllers: [Reports, Tenants] });
  });
  afterAll(() => served.close());

  it('is called at the host of the server, where the route itself does not exist', async () => {
    expect((await fetch(`${served.url}/reports/7`)).status).toBe(404);
    const client = await served.client();
    expect((await client.callTool('report', { id: '7' })).text).toBe('report 7');
  });

  it('does not depend on the host, which its input cannot choose', async () => {
    const client = await served.client();
    expect((await client.callTool('tenant')).text).toBe('tenant undefined');
    expect(await client.callTool('tenant', { tenant: 'other' })).toMatchObject({ status: 400 });
  });
});
