import { Injectable } from '@nestjs/common';
import { McpTool } from 'nestjs-mcp';
import { startApp, stopAll } from '../support/start-app.js';

afterEach(stopAll);

describe('A thrown value that is no error', () => {
  it('is written in the log as it is, and not told to the client', async () => {
    @Injectable()
    class Throwing {
      @McpTool()
      object(): never {
        // oxlint-disable-next-line typescript/only-throw-error -- libraries do so.
        throw { code: 'E_STOCK', deep: { a: { b: { c: { d: 1 } } } } };
      }

      @McpTool()
      text(): never {
        // oxlint-disable-next-line typescript/only-throw-error -- libraries do so.
        throw 'out of stock';
      }

      @McpTool()
      bare(): never {
        // oxlint-disable-next-line typescript/only-throw-error -- libraries do so.
        throw Object.create(null, { a: { value: 1, enumerable: true } });
      }
    }
    const { client, log } = await startApp({ providers: [Throwing] });
    const connected = await client();
    for (const name of ['object', 'text', 'bare']) {
      expect((await connected.callTool(name)).text).toMatch(/^Internal error \([\da-f]{8}\)$/);
    }
    const [object, text, bare] = log.of('error');
    expect(object).toMatch(
      /^Throwing\.object failed \([\da-f]{8}\): \{ code: 'E_STOCK', deep: \{ a: \{ b: \[Object\] \} \} \}$/,
    );
    expect(text).toMatch(/: out of stock$/);
    expect(bare).toMatch(/: \[Object: null prototype\] \{ a: 1 \}$/);
  });
});
