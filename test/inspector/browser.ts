import axe, { type AxeResults } from 'axe-core';
import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';

const candidates = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** The Chromium that the stories run in; `undefined`: this machine has none. */
export const executable = candidates.find((path) => path !== undefined && existsSync(path));

if (executable === undefined) {
  process.stderr.write(
    'The stories of the inspector are skipped: there is no Chromium. Install the package `chromium`, or set CHROMIUM to its path.\n',
  );
}

/** Stories that need a browser. */
export const describeInBrowser = executable === undefined ? describe.skip : describe;

/** A browser that opens inspectors, and remembers all that must not happen in one. */
export class InspectorBrowser {
  private readonly seen: string[] = [];
  private meant: RegExp | undefined;
  private browser: Browser | undefined;

  /** Troubles like these, whenever they come, are what this story is about. */
  means(meant: RegExp): void {
    this.meant = meant;
  }

  /** Ends a story. Gives its troubles: errors in the console, uncaught exceptions, requests to other hosts. */
  end(): string[] {
    const troubles = this.seen.splice(0).filter((one) => this.meant?.test(one) !== true);
    this.meant = undefined;
    return troubles;
  }

  async start(): Promise<void> {
    this.browser = await chromium.launch({
      ...(executable !== undefined && { executablePath: executable }),
      args: ['--no-sandbox', '--disable-dev-shm-usage'],
    });
  }

  async close(): Promise<void> {
    await this.browser?.close();
  }

  /** Opens a page in a profile of its own. */
  async open(url: string, { hash = '' }: { hash?: string } = {}): Promise<Page> {
    const context = await (this.browser as Browser).newContext({
      viewport: { width: 1_200, height: 800 },
    });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    const { host } = new URL(url);
    page.on('pageerror', (error) => this.seen.push(String(error.stack)));
    page.on('console', (message) => {
      // What the network answers is the story's own business.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
        this.seen.push(message.text());
      }
    });
    page.on('request', (request) => {
      const to = new URL(request.url());
      if (/^(?:https?|wss?):$/.test(to.protocol) && to.host !== host) this.seen.push(to.href);
    });
    await page.goto(url + hash);
    return page;
  }
}

/** Waits until the page says that it is connected. */
export async function connected(page: Page): Promise<Page> {
  await page.locator('.status.connected').waitFor();
  return page;
}

/** Goes to a view of the page: `'#/wire'`. */
export async function show(page: Page, hash: string): Promise<void> {
  await page.goto(new URL(hash, page.url()).href);
}

/** Shows a tool. */
export async function showTool(page: Page, name: string): Promise<void> {
  await show(page, `#/tools/${name}`);
  await page.locator('.facts').getByText(name, { exact: true }).first().waitFor();
}

/** Chooses how the page speaks with the server. */
export async function choose(page: Page, way: 'modern' | 'legacy' | 'sse'): Promise<void> {
  await page.getByLabel('Transport and revision').selectOption(way);
  await connected(page);
}

/** Calls what is shown, and waits for the end of the call. Returns what it shows. */
export async function call(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Call', exact: true }).click();
  return await answer(page);
}

/** What the page shows of the last call, once it is over. */
export async function answer(page: Page): Promise<string> {
  await page.locator('.call[aria-busy=false] .took').waitFor();
  return await page.locator('.call').innerText();
}

/** What axe finds inaccessible, as short texts; by all its rules unless said otherwise. */
export async function violations(page: Page, rules?: readonly string[]): Promise<string[]> {
  // The page takes no script; the browser's own console does.
  if (!(await page.evaluate<boolean>(`'axe' in window`))) await page.evaluate(axe.source);
  const options = JSON.stringify({
    resultTypes: ['violations'],
    ...(rules && { runOnly: rules }),
  });
  const { violations: found } = await page.evaluate<AxeResults>(`axe.run(document, ${options})`);
  return found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}
