import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Transport } from '@nestjs/microservices';
import { isMcpCall, McpTool } from 'nestjs-mcp';
import { adapters, startApp, stopAll } from '../support/start-app.js';

@Injectable()
class Plain {
  @McpTool()
  hello(): string {
    return 'hello';
  }
}

describe.each(adapters)('a hybrid application on %s', (adapter) => {
  afterEach(stopAll);

  it('has its global enhancers run around primitives', async () => {
    @Injectable()
    class DenyTools implements CanActivate {
      canActivate(context: ExecutionContext): boolean {
        return !isMcpCall(context);
      }
    }
    const { connect } = await startApp({
      adapter,
      providers: [Plain],
      configure: async (created) => {
        created.useGlobalGuards(new DenyTools());
        created.connectMicroservice(
          { transport: Transport.TCP, options: { host: '127.0.0.1', port: 0 } },
          { inheritAppConfig: true },
        );
        await created.startAllMicroservices();
      },
    });
    const client = await connect();
    expect(await client.callTool({ name: 'hello' })).toMatchObject({
      isError: true,
      content: [{ text: 'Forbidden resource' }],
    });
    await client.close();
  });
});
