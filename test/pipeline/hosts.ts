import {
  Controller,
  Injectable,
  Module,
  Scope,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
  type DynamicModule,
  type Type,
} from '@nestjs/common';
import { McpParam, McpPrompt, McpResource, McpTool } from 'nestjs-mcp';
import { Trace, createEnhancers, instancesOf } from './enhancers.js';

export const hostKinds = [
  'class provider',
  'aliased class provider',
  'factory provider',
  'value provider',
  'controller',
  'request-scoped provider',
  'transient provider',
  'request-scoped factory provider',
  'transient factory provider',
] as const;
export type HostKind = (typeof hostKinds)[number];

export const forms = ['class', 'request-scoped class', 'transient class', 'instance'] as const;
export type Form = (typeof forms)[number];

/** The scope of the classes of each form. */
export const scopes = {
  class: Scope.DEFAULT,
  'request-scoped class': Scope.REQUEST,
  'transient class': Scope.TRANSIENT,
  instance: Scope.DEFAULT,
} as const;

/** One host with a tool, a resource and a prompt, alone in its module. */
export interface Cell {
  readonly id: string;
  readonly host: HostKind;
  readonly form: Form;
  /** Where its enhancers are bound; `'elsewhere'`: they are global. */
  readonly place: 'method' | 'class' | 'elsewhere';
}

/** The module of one cell. */
export function createHostModule(cell: Cell): DynamicModule {
  const host = createHost(cell);
  class HostModule {}
  Module({})(HostModule);
  const module = { module: HostModule, providers: [Trace] };
  const token = `host ${cell.id}`;
  switch (cell.host) {
    case 'controller':
      Controller(cell.id)(host);
      return { ...module, controllers: [host] };
    case 'factory provider':
      return {
        ...module,
        providers: [
          ...module.providers,
          { provide: token, inject: [Trace], useFactory: (trace: Trace) => new host(trace) },
        ],
      };
    case 'request-scoped factory provider':
    case 'transient factory provider':
      return {
        ...module,
        providers: [
          ...module.providers,
          {
            provide: host,
            scope: scopeOf(cell.host),
            inject: [Trace],
            useFactory: (trace: Trace) => new host(trace),
          },
        ],
      };
    case 'value provider':
      return {
        ...module,
        providers: [...module.providers, { provide: token, useValue: new host(new Trace()) }],
      };
    case 'aliased class provider':
      Injectable()(host);
      return {
        ...module,
        providers: [...module.providers, { provide: token, useExisting: host }, host],
      };
    default:
      Injectable({ scope: scopeOf(cell.host) })(host);
      return { ...module, providers: [...module.providers, host] };
  }
}

function scopeOf(host: HostKind): Scope {
  if (host.startsWith('request-scoped')) return Scope.REQUEST;
  return host.startsWith('transient') ? Scope.TRANSIENT : Scope.DEFAULT;
}

function createHost({ id, form, place }: Cell): Type {
  class Host {
    constructor(private readonly trace: Trace) {}

    run(word: string): string {
      this.trace.add('method', this);
      if (word.startsWith('boom')) throw new Error('boom');
      return word;
    }

    tool(word: string): string {
      return this.run(word);
    }

    resource(word: string): string {
      return this.run(word);
    }

    prompt(word: string): string {
      return this.run(word);
    }
  }
  Reflect.defineMetadata('design:paramtypes', [Trace], Host);
  const { prototype } = Host;
  const methods = ['tool', 'resource', 'prompt'] as const;
  const declare = {
    tool: McpTool({ name: id }),
    resource: McpResource(`cell://${id}/{word}`, { name: id }),
    prompt: McpPrompt({ name: id }),
  };
  const set = createEnhancers(scopes[form]);
  const { guard, interceptor, pipe, filter } = form === 'instance' ? instancesOf(set) : set;
  const decorators = [
    UseGuards(guard),
    UseInterceptors(interceptor),
    UsePipes(pipe),
    UseFilters(filter),
  ];
  for (const method of methods) {
    const descriptor = Object.getOwnPropertyDescriptor(prototype, method) as PropertyDescriptor;
    McpParam('word', { schema: { type: 'string', maxLength: 12 } })(prototype, method, 0);
    declare[method](prototype, method, descriptor);
    if (place === 'method') for (const use of decorators) use(prototype, method, descriptor);
  }
  if (place === 'class') for (const use of decorators) use(Host);
  return Host;
}
