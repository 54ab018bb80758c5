import type { Page } from 'playwright-core';
import { startReferenceApp, type ReferenceApp } from '../app/reference-app.js';
import {
  answer,
  call,
  choose,
  connected,
  describeInBrowser,
  InspectorBrowser,
  show,
  showTool,
} from './browser.js';

/** Resolves in the page with the first progress that its bar shows. */
const firstProgress = `new Promise((resolve) => {
  new MutationObserver(() => {
    const bar = document.querySelector('progress');
    if (bar !== null && bar.value > 0) resolve(bar.value + ' of ' + bar.max);
  }).observe(document.body, { subtree: true, childList: true, attributes: true });
})`;

describeInBrowser('The inspector of the reference app', () => {
  const browser = new InspectorBrowser();
  let running: ReferenceApp;
  let page: Page;

  beforeAll(async () => {
    [running] = await Promise.all([startReferenceApp(), browser.start()]);
  });

  afterAll(async () => {
    await browser.close();
    await running.close();
  });

  beforeEach(async () => {
    page = await connected(await browser.open(`${running.url}/inspector`));
  });

  afterEach(async () => {
    await page.context().close();
    expect(browser.end()).toEqual([]);
  });

  it('lists tools, resources, templates and prompts, and its search finds them by name and description', async () => {
    const list = page.getByRole('navigation', { name: 'What the server offers' });
    for (const title of ['Tools', 'Resources', 'Templates', 'Prompts']) {
      await list.getByRole('region', { name: title }).waitFor();
    }
    await page.keyboard.press('/');
    await page.keyboard.type('by SKU');
    await list.getByRole('link').nth(1).waitFor({ state: 'detached' });
    await expect(list.getByRole('link').allInnerTexts()).resolves.toEqual([
      expect.stringContaining('Query products'),
    ]);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Query products' }).waitFor();
    expect(page.url()).toContain('#/tools/query_product');
    await page.getByLabel(/^Search in tools/).fill('no such thing');
    await list.getByText('Nothing matches').waitFor();
  });

  it('moves through the list by the arrow keys', async () => {
    await page.keyboard.press('/');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Echo', exact: true }).waitFor();
  });

  it.each(['modern', 'legacy', 'sse'] as const)('calls a tool over %s', async (way) => {
    await choose(page, way);
    await showTool(page, 'echo_tool');
    await page.getByLabel('message').fill('hello <b>');
    await page.keyboard.press('Control+Enter');
    await expect(answer(page)).resolves.toContain('Tool echo: hello <b>');
  });

  it('shows a list of objects as a table and as JSON with a search', async () => {
    await showTool(page, 'query_product');
    await page.getByText('At most this many products. Default: 20.').waitFor();
    await page.getByLabel('category').fill('hand tools');
    await page.getByLabel('limit').fill('3');
    await call(page);
    const table = page.getByRole('region', { name: 'Result as a table' });
    await expect(table.getByRole('row').count()).resolves.toBe(4);
    const search = page.getByLabel('Search in structured content');
    await search.fill('HND-1001');
    const tree = page.getByRole('tree', { name: 'structured content' });
    await tree.getByText('HND-1002').waitFor({ state: 'detached' });
    await tree.getByText('HND-1001').waitFor();
  });

  it('stores the last input of a tool', async () => {
    await showTool(page, 'echo_tool');
    await page.getByLabel('message').fill('kept');
    await call(page);
    await page.reload();
    await connected(page);
    await expect(page.getByLabel('message').inputValue()).resolves.toBe('kept');
  });

  it('checks constraints before it sends, and sends raw JSON as it is', async () => {
    await showTool(page, 'query_product');
    await page.getByLabel('limit').fill('0');
    await page.getByRole('button', { name: 'Call', exact: true }).click();
    await page.getByRole('alert').getByText('does not fit').waitFor();
    await expect(page.locator('.call').count()).resolves.toBe(0);
    await page.getByRole('button', { name: 'Raw JSON' }).click();
    const editor = page.getByLabel('Input as JSON');
    await expect(editor.inputValue()).resolves.toBe('{\n  "limit": 0\n}');
    await expect(call(page)).resolves.toMatch(/answered with an error[^]*limit/);
    await editor.fill('{ "limit": ');
    await page.getByRole('button', { name: 'Call', exact: true }).click();
    await page.getByRole('alert').getByText('no JSON').waitFor();
  });

  it('names required inputs that are missing', async () => {
    await showTool(page, 'echo_tool');
    await page.getByRole('button', { name: 'Call', exact: true }).click();
    await page.getByText('This is required.').waitFor();
  });

  it.each(['modern', 'legacy', 'sse'] as const)(
    'shows the progress of a call over %s',
    async (way) => {
      await choose(page, way);
      await showTool(page, 'reindex');
      await page.getByLabel('batches').fill('20');
      const seen = page.evaluate<string>(firstProgress);
      await page.getByRole('button', { name: 'Call', exact: true }).click();
      await expect(seen).resolves.toMatch(/^\d+ of 20$/);
      await expect(answer(page)).resolves.toContain('Done after');
    },
  );

  it('reads resources and templates, and gets prompts', async () => {
    await page.getByRole('link', { name: /^Stored items/ }).click();
    await page.getByRole('button', { name: 'Read' }).click();
    await expect(answer(page)).resolves.toContain('data://items');
    await show(page, `#/templates/${encodeURIComponent('echo://{message}')}`);
    await page.getByLabel('message').fill('a b');
    await page.getByText('echo://a%20b').waitFor();
    await page.getByRole('button', { name: 'Read' }).click();
    await expect(answer(page)).resolves.toContain('Resource echo: a b');
    await show(page, '#/prompts/echo_prompt');
    await page.getByLabel('message').fill('hi');
    await page.getByRole('button', { name: 'Get' }).click();
    await expect(answer(page)).resolves.toMatch(/user[^]*hi/);
  });

  it('shows every message, with a command and a test that make the same call', async () => {
    await showTool(page, 'echo_tool');
    await page.getByLabel('message').fill("it's me");
    await call(page);
    await page.getByRole('link', { name: 'Wire log' }).click();
    await page.getByLabel('Filter by method or content').fill('tools/call');
    const lines = page.getByRole('list', { name: 'Messages' }).getByRole('listitem');
    await lines.nth(2).waitFor({ state: 'detached' });
    await expect(lines.allInnerTexts()).resolves.toEqual([
      expect.stringMatching(/received[^]*tools\/call[^]*modern[^]*POST 200[^]*ms/),
      expect.stringMatching(/sent[^]*tools\/call[^]*modern[^]*POST/),
    ]);
    await lines.nth(1).locator('summary').first().click();
    await page.locator('[data-copy]').nth(1).waitFor();
    const copies = await page
      .locator('[data-copy]')
      .evaluateAll((all) => all.map((one) => one.getAttribute('data-copy')));
    expect(copies).toEqual([
      expect.stringContaining('curl -N -X POST'),
      expect.stringContaining(`client.callTool("echo_tool", {"message":"it's me"})`),
    ]);
    expect(copies[0]).toContain("it'\\''s me");
  });
});
