import 'reflect-metadata';
import {
  ConsoleLogger,
  Controller,
  DefaultValuePipe,
  Get,
  Inject,
  Injectable,
  Module,
  ParseArrayPipe,
  ParseEnumPipe,
  ParseFilePipe,
  ParseIntPipe,
  Query,
  Scope,
  UseGuards,
  UsePipes,
  ValidationPipe,
  VERSION_NEUTRAL,
  Version,
  type CanActivate,
  type ExecutionContext,
  type INestApplication,
  type ValidationPipeOptions,
  type MiddlewareConsumer,
} from '@nestjs/common';
import {
  ApplicationConfig,
  ContextIdFactory,
  ExternalContextCreator,
  HttpAdapterHost,
  ModulesContainer,
  NestFactory,
  REQUEST,
  type AbstractHttpAdapter,
} from '@nestjs/core';
import { whenAdapterReady } from './adapter-host.js';
import { deriveCreator, membersOf } from './external-context.js';
import { injectorOf, InstanceWrapper, STATIC_CONTEXT } from './injector-internals.js';
import { writesJson } from './logger-format.js';
import * as keys from './metadata-keys.js';
import {
  hasNestsSteps,
  parseMembersOf,
  rulesIn,
  rulesOf,
  validationMembersOf,
} from './pipe-members.js';
import {
  ExecutionContextHost,
  MiddlewareBuilder,
  REQUEST_CONTEXT_ID,
  RouteParamsFactory,
  RouteParamtypes,
  RoutePathFactory,
} from './router-internals.js';

@Injectable()
class Guard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    return context.getType() === 'http';
  }
}

@Injectable({ scope: Scope.REQUEST })
class PerRequest {
  constructor(@Inject(REQUEST) readonly request: object) {}
}

@Controller('things')
class Things {
  @Get('all')
  @Version(VERSION_NEUTRAL)
  @UseGuards(Guard)
  @UsePipes(ValidationPipe)
  all(this: void, @Query('page', ParseIntPipe) page: unknown): unknown {
    return page;
  }
}

const used: unknown[] = [];

@Module({ controllers: [Things], providers: [PerRequest] })
class AppModule {
  configure(consumer: MiddlewareConsumer): void {
    used.push(consumer);
    consumer.apply((_: object, __: object, next: () => void) => next()).forRoutes(Things);
  }
}

describe("The members of Nest's packages that are not public", () => {
  let app: INestApplication;
  let module: ReturnType<ModulesContainer['get']> & object;

  beforeAll(async () => {
    app = await NestFactory.create(AppModule, { logger: false });
    await app.init();
    const found = [...app.get(ModulesContainer).values()].find(
      ({ metatype }) => metatype === AppModule,
    );
    if (!found) throw new Error('AppModule is not in the container.');
    module = found;
  });

  afterAll(() => app.close());

  it('include the metadata keys of decorators', () => {
    const { all } = Things.prototype;
    expect(Object.values(keys).filter((key) => typeof key !== 'string')).toEqual([]);
    expect(Reflect.getMetadata(keys.PATH_METADATA, all)).toBe('all');
    expect(Reflect.getMetadata(keys.METHOD_METADATA, all)).toBe(0);
    expect(Reflect.getMetadata(keys.VERSION_METADATA, all)).toBe(VERSION_NEUTRAL);
    expect(Reflect.getMetadata(keys.GUARDS_METADATA, all)).toEqual([Guard]);
    expect(Reflect.getMetadata(keys.PIPES_METADATA, all)).toEqual([ValidationPipe]);
    expect(Reflect.getMetadata(keys.SCOPE_OPTIONS_METADATA, PerRequest)).toMatchObject({
      scope: Scope.REQUEST,
    });
    expect(Reflect.getMetadata(keys.ROUTE_ARGS_METADATA, Things, 'all')).toEqual({
      [`${RouteParamtypes.QUERY}:0`]: expect.objectContaining({
        index: 0,
        data: 'page',
        pipes: [ParseIntPipe],
      }) as object,
    });
  });

  it('include the modules of an application, their wrappers and the injector of each', async () => {
    const wrapper = module.providers.get(PerRequest);
    expect(wrapper).toBeInstanceOf(InstanceWrapper);
    expect(wrapper?.isDependencyTreeStatic()).toBe(false);
    expect(module.controllers.get(Things)?.isDependencyTreeStatic()).toBe(true);
    const own = new InstanceWrapper({
      token: Guard,
      name: Guard.name,
      metatype: Guard,
      instance: Object.create(Guard.prototype) as object,
      isResolved: false,
      host: module,
    });
    const collection = new Map<unknown, InstanceWrapper>([[Guard, own]]);
    const injector = injectorOf(module);
    const made = await injector.loadPerContext({}, module, collection, STATIC_CONTEXT, own);
    expect(made).toBeInstanceOf(Guard);
  });

  it('allow a pipeline that differs from Nest’s own', async () => {
    const creator = app.get(ExternalContextCreator);
    const members = membersOf(creator);
    const { guardsContextCreator, interceptorsContextCreator } = members;
    const { pipesContextCreator, filtersContextCreator } = members;
    for (const one of [guardsContextCreator, interceptorsContextCreator, filtersContextCreator]) {
      expect(one.getGlobalMetadata()).toEqual([]);
      expect(typeof Reflect.get(one, 'getInstanceByMetatype')).toBe('function');
    }
    pipesContextCreator.setModuleContext(module.token);
    expect(pipesContextCreator.createConcreteContext([new ParseIntPipe()])).toHaveLength(1);
    const derived = deriveCreator<object>(creator, {
      guardsContextCreator,
      interceptorsContextCreator,
      pipesContextCreator,
      filtersContextCreator,
      externalErrorProxy: { createProxy: (target: unknown) => target },
      getContextModuleKey: () => module.token,
      getHostModuleKey: () => module.token,
      getMetadata: () => ({ argsLength: 1, paramtypes: [], getParamsMetadata: () => [{}] }),
      createPipesFn: () => (args: unknown[]) => {
        args[0] = 41;
      },
      transformToResult: async (result) => (result as number) + 1,
    });
    const things = app.get(Things);
    const run = derived.create(
      things,
      things.all,
      'all',
      undefined,
      undefined,
      undefined,
      undefined,
      { guards: true, interceptors: true, filters: true },
      'http',
    ) as (...args: unknown[]) => Promise<unknown>;
    expect(await run()).toBe(42);
  });

  it('report once when the HTTP adapter is set, to every listener', () => {
    const host = new HttpAdapterHost();
    const heard: unknown[] = [];
    whenAdapterReady(host, (adapter) => heard.push(['first', adapter]));
    whenAdapterReady(host, (adapter) => heard.push(['second', adapter]));
    expect(heard).toEqual([]);
    const adapter = app.getHttpAdapter() as AbstractHttpAdapter;
    host.httpAdapter = adapter;
    host.httpAdapter = adapter;
    expect(heard).toEqual([
      ['first', adapter],
      ['second', adapter],
    ]);
    expect(host.httpAdapter).toBe(adapter);
    expect(Object.hasOwn(host, 'httpAdapter')).toBe(false);
    whenAdapterReady(host, (late) => heard.push(['third', late]));
    expect(heard).toHaveLength(3);
  });

  it('show whether Nest’s logger writes JSON', () => {
    expect(writesJson(new ConsoleLogger({ json: true }))).toBe(true);
    expect(writesJson(new ConsoleLogger())).toBe(false);
    expect(writesJson(undefined)).toBe(false);
  });

  it('show the settings that pipes have derived from their options', () => {
    const pipe = new ValidationPipe({ whitelist: true, transform: true, expectedType: Things });
    expect(validationMembersOf(pipe)).toMatchObject({
      validatorOptions: { whitelist: true },
      errorHttpStatusCode: 400,
      isTransformEnabled: true,
      expectedType: Things,
      exceptionFactory: expect.any(Function) as unknown,
    });
    expect(hasNestsSteps(pipe)).toBe(true);
    class Own extends ValidationPipe {
      protected override toValidate(): boolean {
        return false;
      }
    }
    expect(hasNestsSteps(new Own())).toBe(false);
    expect(parseMembersOf(new ParseIntPipe({ optional: true })).options).toEqual({
      optional: true,
    });
    expect(parseMembersOf(new ParseArrayPipe({ optional: true })).options).toMatchObject({
      optional: true,
    });
    expect(parseMembersOf(new DefaultValuePipe(7)).defaultValue).toBe(7);
    const sizes = { small: 's' };
    expect(parseMembersOf(new ParseEnumPipe(sizes)).enumType).toBe(sizes);
    const file = new ParseFilePipe({ fileIsRequired: false });
    expect(parseMembersOf(file).fileIsRequired).toBe(false);
  });

  it.each<[string, ValidationPipeOptions]>([
    ['none', {}],
    ['those of validity', { whitelist: true, forbidUnknownValues: true, groups: ['a'] }],
    ['those of the transformation', { transform: true, transformOptions: { groups: ['a'] } }],
    [
      'those of refusals and of the pipe itself',
      {
        disableErrorMessages: true,
        errorHttpStatusCode: 422,
        exceptionFactory: () => new Error(),
        expectedType: Things,
        validateCustomDecorators: true,
        ...('errorFormat' in new ValidationPipe() && { errorFormat: 'grouped' }),
      },
    ],
  ])('derive the rules of a pipe from its options as the pipe does: %s', (_, options) => {
    expect(rulesIn(options)).toEqual(rulesOf(validationMembersOf(new ValidationPipe(options))));
  });

  it('read routes, parameters and middleware like the router', () => {
    expect(used[0]).toBeInstanceOf(MiddlewareBuilder);
    expect((used[0] as MiddlewareBuilder).getHttpAdapter()).toBe(app.getHttpAdapter());
    const paths = new RoutePathFactory(new ApplicationConfig()).create({
      ctrlPath: '/things',
      methodPath: '/all',
      globalPrefix: '/api',
    });
    expect(paths).toEqual(['/api/things/all']);
    const read = new RouteParamsFactory();
    const request = { query: { page: '2' } };
    const exchange = { req: request, res: undefined, next: undefined };
    expect(read.exchangeKeyForValue(RouteParamtypes.QUERY, 'page', exchange as never)).toBe('2');
    const host = new ExecutionContextHost([request], Things, Things.prototype.all);
    expect(host.getClass()).toBe(Things);
    const contextId = ContextIdFactory.getByRequest(request);
    expect(typeof REQUEST_CONTEXT_ID).toBe('symbol');
    Object.defineProperty(request, REQUEST_CONTEXT_ID, { value: contextId });
    expect(ContextIdFactory.getByRequest(request)).toBe(contextId);
  });
});
