import * as common from '@nestjs/common';
import * as core from '@nestjs/core';
import * as unknownDependencies from '@nestjs/core/errors/exceptions/unknown-dependencies.exception.js';
import * as injector from '@nestjs/core/injector/injector.js';
import { McpTool } from 'nestjs-mcp';
import type { ClsService as Cls } from 'nestjs-cls';
import * as rxjs from 'rxjs';
import { adapters, startApp, stopAll } from '../support/start-app.js';
import { loadCommonJs } from './load-common-js.js';

const { ClsModule, ClsService } = loadCommonJs<typeof import('nestjs-cls')>('nestjs-cls', {
  '@nestjs/common': common,
  '@nestjs/core': core,
  '@nestjs/core/errors/exceptions/unknown-dependencies.exception': unknownDependencies,
  '@nestjs/core/injector/injector': injector,
  'reflect-metadata': {},
  rxjs,
});

afterEach(stopAll);

describe.each(adapters)('nestjs-cls on %s', (adapter) => {
  it.each(['middleware', 'guard', 'interceptor'] as const)(
    'gives the store of its %s to every call, and mixes no two up',
    async (mount) => {
      @common.Injectable()
      class Tenants {
        constructor(@common.Inject(ClsService) private readonly cls: Cls) {}

        @McpTool()
        async tenant(): Promise<string> {
          await new Promise((resolve) => setImmediate(resolve));
          return String(this.cls.get('tenant'));
        }
      }
      const setup = (cls: Cls, source: unknown) => {
        const request =
          mount === 'middleware'
            ? source
            : (source as common.ExecutionContext).switchToHttp().getRequest<object>();
        const { headers } = request as { headers: Record<string, string> };
        cls.set('tenant', headers['x-tenant']);
      };
      const app = await startApp({
        adapter,
        imports: [ClsModule.forRoot({ global: true, [mount]: { mount: true, setup } })],
        providers: [Tenants],
      });
      const names = ['red', 'green', 'blue'];
      const answers = await Promise.all(
        names.map(async (tenant) => {
          const client = await app.client({ headers: { 'x-tenant': tenant } });
          return (await client.callTool('tenant')).text;
        }),
      );
      expect(answers).toEqual(names);
    },
  );
});
