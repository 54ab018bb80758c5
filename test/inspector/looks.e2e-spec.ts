import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { startReferenceApp, type ReferenceApp } from '../app/reference-app.js';
import {
  call,
  connected,
  describeInBrowser,
  InspectorBrowser,
  show,
  showTool,
  violations,
} from './browser.js';

/** The views whose pictures are in the documentation, and where they are written when `PICTURES` is set. */
const shown = ['tool', 'error', 'prompt', 'wire', 'clients'];
const pictures = fileURLToPath(new URL('../../docs/images/', import.meta.url));

/** What the other colour scheme can break: it changes nothing but colours. */
const rulesOfColours = ['color-contrast', 'link-in-text-block'];

/** Each view, in a state in which it has something to show. */
const views: readonly (readonly [string, (page: Page) => Promise<unknown>])[] = [
  ['start', (page) => show(page, '#/')],
  [
    'tool',
    async (page) => {
      await showTool(page, 'query_product');
      await page.getByLabel('category').fill('hand tools');
      await page.getByLabel('limit').fill('4');
      await call(page);
    },
  ],
  [
    'error',
    async (page) => {
      await showTool(page, 'query_product');
      await page.getByLabel('limit').fill('0');
      await page.getByRole('button', { name: 'Call', exact: true }).click();
      await page.getByRole('alert').getByText('does not fit').waitFor();
    },
  ],
  [
    'json',
    async (page) => {
      await showTool(page, 'query_product');
      await page.getByRole('button', { name: 'Raw JSON' }).click();
      await page.getByLabel('Input as JSON').waitFor();
    },
  ],
  [
    'template',
    async (page) => {
      await show(page, `#/templates/${encodeURIComponent('echo://{message}')}`);
      await page.getByLabel('message').fill('hello');
      await page.getByRole('button', { name: 'Read' }).click();
      await page.locator('.call[aria-busy=false] .took').waitFor();
    },
  ],
  [
    'prompt',
    async (page) => {
      await show(page, '#/prompts/echo_prompt');
      await page.getByLabel('message').fill('hello');
      await page.getByRole('button', { name: 'Get' }).click();
      await page.locator('.call[aria-busy=false] .took').waitFor();
    },
  ],
  [
    'wire',
    async (page) => {
      await showTool(page, 'echo_tool');
      await page.getByLabel('message').fill('hello');
      await call(page);
      await show(page, '#/wire');
      await page.getByRole('list', { name: 'Messages' }).getByText('tools/call').first().click();
      await page.getByRole('button', { name: 'Copy JSON' }).waitFor();
    },
  ],
  ['notifications', (page) => show(page, '#/news')],
  ['sessions', (page) => show(page, '#/server')],
  ['clients', (page) => show(page, '#/connect')],
  ['nothing', (page) => show(page, '#/tools/no_such_tool')],
];

describeInBrowser('Each view of the inspector', () => {
  const browser = new InspectorBrowser();
  let running: ReferenceApp;

  beforeAll(async () => {
    [running] = await Promise.all([startReferenceApp(), browser.start()]);
    if (process.env.PICTURES) mkdirSync(pictures, { recursive: true });
  });

  afterAll(async () => {
    await browser.close();
    await running.close();
    expect(browser.end()).toEqual([]);
  });

  it.each(views)(
    'is accessible in both colour schemes, and fits 360 px: %s',
    async (name, prepare) => {
      const page = await connected(await browser.open(`${running.url}/inspector`));
      await prepare(page);
      await page.emulateMedia({ colorScheme: 'dark' });
      await expect(violations(page)).resolves.toEqual([]);
      await page.emulateMedia({ colorScheme: 'light' });
      await expect(violations(page, rulesOfColours)).resolves.toEqual([]);
      if (process.env.PICTURES && shown.includes(name)) {
        await page.screenshot({ path: `${pictures}inspector-${name}.png` });
      }
      await page.setViewportSize({ width: 360, height: 800 });
      await expect(page.evaluate('document.documentElement.scrollWidth')).resolves.toBe(360);
      await page.context().close();
    },
  );
});
