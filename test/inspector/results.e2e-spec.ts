import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Injectable } from '@nestjs/common';
import { McpTool, resourceLink } from 'nestjs-mcp';
import { McpInspectorModule } from 'nestjs-mcp/inspector';
import type { Page } from 'playwright-core';
import { ConformanceModule } from '../conformance/app.module.js';
import {
  call,
  choose,
  connected,
  describeInBrowser,
  InspectorBrowser,
  showTool,
} from './browser.js';
import { startApp, type StartedApp } from '../support/start-app.js';

@Injectable()
class Links {
  @McpTool({ name: 'linked' })
  linked() {
    return resourceLink('test://static-text', { name: 'The text' });
  }
}

describeInBrowser('The inspector', () => {
  const browser = new InspectorBrowser();
  let served: StartedApp;
  let page: Page;

  beforeAll(() => browser.start());

  afterEach(async () => {
    await page.context().close();
    await served.close();
    expect(browser.end()).toEqual([]);
  });

  afterAll(() => browser.close());

  it('displays images, plays sounds, shows embedded resources and opens linked ones', async () => {
    const modules = [ConformanceModule, McpInspectorModule.forRoot()];
    served = await startApp({ mcp: false, imports: modules, providers: [Links] });
    page = await connected(await browser.open(`${served.url}/inspector`));
    await showTool(page, 'test_image_content');
    await call(page);
    const width = `document.querySelector('.call img').naturalWidth`;
    await page.waitForFunction(`${width} > 0`);
    await showTool(page, 'test_audio_content');
    await call(page);
    await page.locator('.call audio[controls]').waitFor();
    await showTool(page, 'test_embedded_resource');
    await expect(call(page)).resolves.toMatch(/test:\/\/[^]*text/);
    await showTool(page, 'test_error_handling');
    await expect(call(page)).resolves.toContain('The tool answered with an error.');
    await showTool(page, 'linked');
    await call(page);
    await page.getByRole('link', { name: 'The text' }).click();
    await page.getByRole('button', { name: 'Read' }).click();
    await page
      .getByText('This is the content of the static text resource.', { exact: true })
      .waitFor();
  });

  it('works behind a proxy that adds a prefix', async () => {
    const proxy = createServer();
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const origin = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const options = { name: 'shop', version: '1.0.0', publicUrl: `${origin}/base` };
    served = await startApp({
      mcp: options,
      imports: [McpInspectorModule.forRoot()],
      providers: [Links],
      configure: (app) => void app.setGlobalPrefix('v1'),
    });
    forward(proxy, '/base', served.url);
    page = await connected(await browser.open(`${origin}/base/v1/mcp`));
    expect(page.url()).toContain('/base/v1/inspector');
    for (const way of ['modern', 'legacy', 'sse'] as const) {
      await choose(page, way);
      await showTool(page, 'linked');
      await expect(call(page)).resolves.toContain('The text');
    }
    proxy.closeAllConnections();
    proxy.close();
  });
});

/** Hands requests on without the path that the proxy has added. */
function forward(proxy: Server, base: string, to: string): void {
  proxy.on('request', (incoming, outgoing) => {
    const { method, headers, url = '/' } = incoming;
    const onward = request(to + url.slice(base.length), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
}
