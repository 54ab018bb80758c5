// Judges the built site: links, pages for all exported names, Markdown beside each page, reading without JavaScript, search, dark mode.
import { deepStrictEqual, ok } from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { serve } from 'vitepress';
import { Checks } from '../scripts/checks.mjs';
import { freePort } from '../scripts/free-port.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'site/.vitepress/dist');
const checks = new Checks();
const kinds = ['classes', 'functions', 'interfaces', 'type-aliases', 'variables'];

const pages = new Map(
  readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.html') && file !== '404.html')
    .map((file) => [`/${file}`, readFileSync(join(dist, file), 'utf8')]),
);

await checks.run(`no link of the ${pages.size} pages leads nowhere`, () => {
  const dead = [...pages].flatMap(([page, html]) =>
    [...html.matchAll(/\s(?:href|src)="(?<url>[^"]+)"/g)]
      .map(({ groups }) => groups.url.replaceAll('&amp;', '&'))
      .filter((url) => !/^(?:https?|mailto|data):/.test(url) && !leadsSomewhere(url, page))
      .map((url) => `${page} links to ${url}`),
  );
  deepStrictEqual(dead, []);
});

await checks.run('every exported name of every door has a page', () => {
  const { exports } = JSON.parse(readFileSync(join(root, 'libs/mcp/package.json'), 'utf8'));
  const doors = Object.keys(exports).filter((door) => !door.endsWith('.json'));
  const without = doors.flatMap((door) => {
    const folder = join('/api/nestjs-mcp', door);
    const source = readFileSync(join(root, 'libs/mcp/src', door, 'index.ts'), 'utf8');
    const names = [...source.matchAll(/^export (?:type )?\{(?<names>[^}]+)\}/gm)]
      .flatMap(({ groups }) => groups.names.split(','))
      .map((name) => name.replace(/^\s*type\s+|^.*\sas\s/, '').trim())
      .filter((name) => name !== '');
    ok(names.length > 0);
    return names
      .filter((name) => !kinds.some((kind) => pages.has(`${folder}/${kind}/${name}.html`)))
      .map((name) => `${door} ${name}`);
  });
  deepStrictEqual(without, []);
});

await checks.run('every page stands as Markdown beside itself', () => {
  const without = [...pages.keys()].filter((page) => !existsSync(join(dist, markdownOf(page))));
  deepStrictEqual(without, []);
  for (const file of ['llms.txt', 'llms-full.txt']) ok(existsSync(join(dist, file)));
});

await checks.run('a browser reads, searches and darkens it; without JavaScript it reads', browse);
checks.summarize();
process.exit();

async function browse() {
  const port = await freePort();
  await serve({ root: join(root, 'site'), port });
  const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find(existsSync);
  const browser = await chromium.launch({
    ...(executablePath ? { executablePath } : { channel: 'chrome' }),
    args: ['--no-sandbox'],
  });
  try {
    const still = await browser.newPage({ javaScriptEnabled: false });
    await still.goto(`http://localhost:${port}/docs/guide/tools.html`);
    ok(await still.getByRole('heading', { level: 1, name: 'Tools' }).isVisible());
    ok(await still.locator('pre code').first().isVisible());
    await still.locator('aside.VPSidebar').getByRole('link', { name: 'Resources' }).click();
    ok(await still.getByRole('heading', { level: 1, name: 'Resources' }).isVisible());

    const page = await browser.newPage({ colorScheme: 'light' });
    const troubles = [];
    page.on('pageerror', (error) => troubles.push(String(error)));
    page.on('requestfailed', (request) => troubles.push(request.url()));
    await page.goto(`http://localhost:${port}/`);
    await page.getByRole('button', { name: 'Search' }).first().click();
    await page.getByRole('searchbox').fill('stateSecret');
    await page.locator('.results a', { hasText: 'options' }).first().waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('switch').first().click();
    await page.locator('html.dark').waitFor();
    deepStrictEqual(troubles, []);
  } finally {
    await browser.close();
  }
}

/** Whether a link of a page leads to a file, and its fragment to a place in it. */
function leadsSomewhere(url, page) {
  const [path, fragment] = url.split('#');
  const file = path === '' ? page : decodeURI(new URL(path, `http://site${page}`).pathname);
  const target = file.endsWith('/') ? `${file}index.html` : file;
  if (!existsSync(join(dist, target))) return false;
  const html = pages.get(target);
  if (!fragment || html === undefined) return true;
  return html.includes(`id="${decodeURIComponent(fragment)}"`);
}

function markdownOf(page) {
  if (page === '/index.html') return 'index.md';
  return page.endsWith('/index.html') ? `${dirname(page)}.md` : page.replace(/\.html$/, '.md');
}
