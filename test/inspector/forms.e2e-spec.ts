import * as fc from 'fast-check';
import { getMcpServerToken, McpModule, type McpServerRef } from 'nestjs-mcp';
import { McpInspectorModule } from 'nestjs-mcp/inspector';
import type { Page } from 'playwright-core';
import { createInputPipe } from '../../libs/mcp/src/execution/validation.pipe.js';
import { toSchema } from '../../libs/mcp/src/schema/to-schema.js';
import { CORPUS } from '../corpus/classes.corpus.js';
import { SchemaArbitrary } from '../corpus/schema.arbitrary.js';
import { answer, connected, describeInBrowser, InspectorBrowser, showTool } from './browser.js';
import { startApp, type StartedApp } from '../support/start-app.js';

/** The schema of each class of the corpus. */
const schemas = CORPUS.map(([name, type, options], i) => {
  const { validation } = createInputPipe({ options: { transform: true, ...options } });
  const { json } = toSchema(type, { io: 'input', where: name, validation });
  return [`tool_${i}`, name, json] as const;
});

describeInBrowser('The form of the inspector', () => {
  const browser = new InspectorBrowser();
  const received: unknown[] = [];
  let served: StartedApp;
  let server: McpServerRef;
  let page: Page;

  beforeAll(async () => {
    const shop = McpModule.forRoot({ name: 'shop', version: '1.0.0' });
    [served] = await Promise.all([
      startApp({ mcp: false, imports: [shop, McpInspectorModule.forRoot()] }),
      browser.start(),
    ]);
    server = served.app.get(getMcpServerToken('shop'));
    for (const [name, , input] of schemas) {
      const handler = (given: unknown): string => {
        received.push(given);
        return 'received';
      };
      server.tools.add({ name, input, handler });
    }
    page = await connected(await browser.open(`${served.url}/inspector`));
  });

  afterAll(async () => {
    await browser.close();
    await served.close();
    expect(browser.end()).toEqual([]);
  });

  it.each(schemas)('of %s, class %s, sends the values that were entered', async (name) => {
    const { inputSchema } = server.tools.list().find((tool) => tool.name === name)!;
    const drawn = new SchemaArbitrary(inputSchema).draw();
    const [input] = fc.sample(drawn, { numRuns: 1, seed: 7 });
    received.length = 0;
    await showTool(page, name);
    await page.getByRole('button', { name: 'Raw JSON' }).click();
    await page.getByLabel('Input as JSON').fill(JSON.stringify(input));
    await page.getByRole('button', { name: 'Form', exact: true }).click();
    await page.keyboard.press('Control+Enter');
    const shown = await Promise.race([
      answer(page),
      page.locator('main > article > .banner.bad').innerText(),
    ]);
    expect([input, shown, received]).toEqual([
      input,
      expect.stringContaining('received'),
      [JSON.parse(JSON.stringify(input))],
    ]);
  });
});
