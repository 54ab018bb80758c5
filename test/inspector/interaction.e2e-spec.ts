import { EventEmitter, once } from 'node:events';
import { Injectable } from '@nestjs/common';
import {
  InjectMcpServer,
  McpContext,
  McpParam,
  McpResource,
  McpServerRef,
  McpTool,
} from 'nestjs-mcp';
import { McpInspectorModule } from 'nestjs-mcp/inspector';
import type { Page } from 'playwright-core';
import { ConformanceModule } from '../conformance/app.module.js';
import {
  answer,
  call,
  choose,
  connected,
  describeInBrowser,
  InspectorBrowser,
  show,
  showTool,
  violations,
} from './browser.js';
import { startApp, type StartedApp } from '../support/start-app.js';

/** What the browser says of the request of this view to the host. */
const refused = /Content Security Policy|CORS/;

const view = `<!doctype html><title>View</title><p id="shown">nothing</p><p id="host">asked</p><script>
  let asked = 0;
  const send = (message) => parent.postMessage({ jsonrpc: '2.0', ...message }, '*');
  addEventListener('message', ({ data }) => {
    if (data.id === 1) send({ method: 'ui/notifications/initialized' });
    if (data.method === 'ui/notifications/tool-result')
      document.getElementById('shown').textContent = data.params.structuredContent.degrees + ' degrees';
  });
  try { parent.document.title = 'taken over'; } catch { document.title = 'kept out'; }
  const say = (text) => (document.getElementById('host').textContent = text);
  fetch('/inspector/servers.json').then(
    () => say('reached the host'),
    () => say('no way to the host'),
  );
  send({ id: 1, method: 'ui/initialize', params: {} });
</script>`;

/** What the conformance server does not have. */
@Injectable()
class More {
  /** Emits `aborted` when the call of `wait_for_ever` is. */
  readonly calls = new EventEmitter();
  private added: (() => void) | undefined;

  constructor(@InjectMcpServer() private readonly server: McpServerRef) {}

  @McpTool({ name: 'wait_for_ever', description: 'Never answers.' })
  async waitForEver(context: McpContext) {
    await context.log.warning('It waits');
    await new Promise((_resolve, reject) => {
      context.signal.addEventListener('abort', () => {
        this.calls.emit('aborted');
        reject(context.signal.reason as Error);
      });
    });
  }

  @McpTool({ name: 'change', description: 'Changes the watched resource and the list of tools.' })
  change() {
    this.server.notifyResourceUpdated('test://watched-resource');
    this.added ??= this.server.tools.add({ name: 'newcomer', handler: () => 'new' });
    return 'changed';
  }

  @McpTool({
    name: 'weather',
    description: 'Has a view.',
    ui: 'ui://weather/view',
    output: { type: 'object' },
  })
  weather() {
    return { degrees: 21 };
  }

  @McpResource('ui://weather/view', { mimeType: 'text/html;profile=mcp-app' })
  weatherView() {
    return view;
  }

  @McpTool({ name: 'pay', description: 'Asks the user to open an address.' })
  async pay(@McpParam('amount') amount: number, context: McpContext) {
    return await context.elicitUrl(`https://pay.example.com/${amount}`, 'Please pay.');
  }
}

const ways = ['modern', 'legacy', 'sse'] as const;

describeInBrowser('The inspector, with questions and changes of a server', () => {
  const browser = new InspectorBrowser();
  let served: StartedApp;
  let page: Page;

  beforeAll(async () => {
    const modules = [ConformanceModule, McpInspectorModule.forRoot()];
    [served] = await Promise.all([
      startApp({ mcp: false, imports: modules, providers: [More] }),
      browser.start(),
    ]);
  });

  afterAll(async () => {
    await browser.close();
    await served.close();
  });

  async function openPage(): Promise<void> {
    page = await connected(await browser.open(`${served.url}/inspector`));
  }

  const closePage = (): Promise<void> => page.context().close();

  afterEach(() => expect(browser.end()).toEqual([]));

  async function press(name: string): Promise<void> {
    await page.getByRole('button', { name, exact: true }).click();
  }

  // One page for the stories of a way: each shows a primitive of its own.
  describe.each(ways)('over %s', (way) => {
    beforeAll(async () => {
      await openPage();
      await choose(page, way);
    });
    afterAll(closePage);

    it('shows a form for an elicitation, checks the answer and sends it', async () => {
      await showTool(page, 'test_elicitation');
      await page.getByLabel('message').fill('Who are you?');
      await press('Call');
      const dialog = page.getByRole('dialog', { name: 'The server asks' });
      await dialog.getByText('Who are you?').waitFor();
      await press('Accept');
      await dialog.getByText('This is required.').waitFor();
      await expect(violations(page)).resolves.toEqual([]);
      await dialog.getByLabel('username').fill('ada');
      await press('Accept');
      await expect(answer(page)).resolves.toContain(
        '{"action":"accept","value":{"username":"ada"}}',
      );
    });

    it.each(['decline', 'cancel'])('lets users %s', async (action) => {
      await showTool(page, 'test_elicitation');
      await page.getByLabel('message').fill('Who are you?');
      await press('Call');
      const dialog = page.getByRole('dialog');
      await dialog.waitFor();
      if (action === 'decline') await press('Decline');
      else await page.keyboard.press('Escape');
      await expect(answer(page)).resolves.toContain(`{"action":"${action}"}`);
    });

    it('fills in the defaults of a form', async () => {
      await showTool(page, 'test_elicitation_sep1034_defaults');
      await press('Call');
      await page.getByRole('dialog').waitFor();
      await press('Accept');
      await expect(answer(page)).resolves.toContain(
        '"value":{"name":"John Doe","age":30,"score":95.5,"status":"active","verified":true}',
      );
    });

    it('shows every kind of choice', async () => {
      await showTool(page, 'test_elicitation_sep1330_enums');
      await press('Call');
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('untitledSingle').selectOption('option2');
      await dialog
        .getByLabel('titledSingle', { exact: true })
        .selectOption({ label: 'Option Three' });
      await dialog.getByLabel('untitledMulti').selectOption(['option1', 'option3']);
      await press('Accept');
      await expect(answer(page)).resolves.toContain(
        '"untitledSingle":"option2","titledSingle":"value3","untitledMulti":["option1","option3"]',
      );
    });

    it('lets users answer in place of the model', async () => {
      await showTool(page, 'test_sampling');
      await page.getByRole('textbox', { name: 'prompt' }).fill('Say hello.');
      await press('Call');
      await expect(violations(page)).resolves.toEqual([]);
      await page.getByLabel('The answer of the model').fill('Hello from a person.');
      await press('Answer');
      await expect(answer(page)).resolves.toContain('Hello from a person.');
    });

    it('shows log lines while the call runs, and cancels it', async () => {
      const aborted = once(served.app.get(More).calls, 'aborted');
      await showTool(page, 'wait_for_ever');
      await press('Call');
      await page.getByRole('list', { name: 'Log lines' }).getByText('It waits').waitFor();
      await press('Cancel');
      await page.getByText('The call was cancelled.').waitFor();
      await aborted;
    });

    it('subscribes to a resource, and shows new tools', async () => {
      await show(page, `#/resources/${encodeURIComponent('test://watched-resource')}`);
      await press('Watch');
      await page.getByText('It has changed 0 times.').waitFor();
      await showTool(page, 'change');
      await call(page);
      await show(page, `#/resources/${encodeURIComponent('test://watched-resource')}`);
      await page.getByText('It has changed once.').waitFor();
      await page.getByRole('link', { name: 'newcomer' }).waitFor();
      await show(page, '#/news');
      await page.getByText('notifications/resources/updated').first().waitFor();
    });

    it('completes the arguments of a prompt', async () => {
      await show(page, '#/prompts/test_prompt_with_arguments');
      const field = page.getByLabel('arg1');
      await field.fill('testi');
      const list = `datalist[id="${await field.getAttribute('list')}"]`;
      const only = page.locator(`${list} option:only-child[value=testing]`);
      await only.waitFor({ state: 'attached' });
    });
  });

  describe('over any transport', () => {
    beforeEach(openPage);
    afterEach(closePage);

    it('follows a task, answers its questions, and shows its result', async () => {
      await choose(page, 'modern');
      await showTool(page, 'confirm_delete');
      await page.getByLabel('filename').fill('a.txt');
      await press('Call');
      const state = page.getByRole('status', { name: 'Task' });
      await page.getByRole('dialog').getByText('Delete a.txt?').waitFor();
      await state.getByText('input_required').waitFor();
      await page.getByLabel('confirm').check();
      await press('Accept');
      await expect(answer(page)).resolves.toMatch(/Task \S+ completed[^]*Deleted a\.txt/);
    });

    it('shows the error of a task, and cancels one', async () => {
      await choose(page, 'modern');
      await showTool(page, 'failing_job');
      await expect(call(page)).resolves.toMatch(/failed/i);
      await showTool(page, 'slow_compute');
      await page.getByLabel('seconds').fill('600');
      await page.getByLabel('label').fill('x');
      await press('Call');
      await page.getByRole('status', { name: 'Task' }).getByText('working').waitFor();
      await press('Cancel');
      await page.getByText('The call was cancelled.').waitFor();
      await show(page, '#/wire');
      await page.getByText('tasks/cancel').first().waitFor();
    });

    it('shows the view of a tool in a frame without access to the page and the host', async () => {
      browser.means(refused);
      await showTool(page, 'weather');
      await call(page);
      const frame = page.frameLocator('iframe');
      await frame.getByText('21 degrees').waitFor();
      await frame.getByText('no way to the host').waitFor();
      await expect(violations(page)).resolves.toEqual([]);
      await expect(frame.locator('title').innerText()).resolves.toBe('kept out');
      await expect(page.title()).resolves.not.toBe('taken over');
    });

    it('reconnects by itself when the application has restarted', async () => {
      browser.means(refused);
      const port = Number(new URL(served.url).port);
      await showTool(page, 'weather');
      await served.close();
      await page.getByRole('alert').getByText('The application does not answer.').waitFor();
      served = await startApp({
        mcp: false,
        imports: [ConformanceModule, McpInspectorModule.forRoot()],
        providers: [More],
        port,
      });
      await connected(page);
      await expect(call(page)).resolves.toContain('21');
    });
  });
});
