import { Scope, type INestApplication, type Provider, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { Trace, instancesOf, type EnhancerSet } from './enhancers.js';
import type { Form } from './hosts.js';

const tokens = [
  { token: APP_GUARD, kind: 'guard' },
  { token: APP_INTERCEPTOR, kind: 'interceptor' },
  { token: APP_PIPE, kind: 'pipe' },
  { token: APP_FILTER, kind: 'filter' },
] as const;

/** All four by `APP_*` and `useClass`. */
export const byClass = (set: EnhancerSet): Provider[] =>
  tokens.map(({ token, kind }) => ({ provide: token, useClass: set[kind] as Type }));
const byAlias = (set: EnhancerSet): Provider[] =>
  tokens.flatMap(({ token, kind }) => [set[kind], { provide: token, useExisting: set[kind] }]);
const byFactory =
  (scope: Scope) =>
  (set: EnhancerSet): Provider[] =>
    tokens.map(({ token, kind }) => ({
      provide: token,
      scope,
      inject: [Trace],
      useFactory: (trace: Trace) => new set[kind](trace),
    }));
const byValue = (set: EnhancerSet): Provider[] =>
  tokens.map(({ token, kind }) => ({ provide: token, useValue: instancesOf(set)[kind] }));

/** One way to bind the four globally. */
export interface Global {
  readonly how: string;
  readonly form: Form;
  readonly providers?: (set: EnhancerSet) => Provider[];
  readonly prepare?: (app: INestApplication, set: EnhancerSet) => void;
}

/** Every place from which Nest takes global enhancers. */
export const globals: Global[] = [
  { how: 'APP_* useClass', form: 'class', providers: byClass },
  {
    how: 'APP_* useClass of a request-scoped class',
    form: 'request-scoped class',
    providers: byClass,
  },
  { how: 'APP_* useClass of a transient class', form: 'transient class', providers: byClass },
  { how: 'APP_* useExisting', form: 'class', providers: byAlias },
  {
    how: 'APP_* useExisting of a request-scoped class',
    form: 'request-scoped class',
    providers: byAlias,
  },
  { how: 'APP_* useExisting of a transient class', form: 'transient class', providers: byAlias },
  { how: 'APP_* useFactory', form: 'class', providers: byFactory(Scope.DEFAULT) },
  {
    how: 'APP_* request-scoped useFactory',
    form: 'request-scoped class',
    providers: byFactory(Scope.REQUEST),
  },
  {
    how: 'APP_* transient useFactory',
    form: 'transient class',
    providers: byFactory(Scope.TRANSIENT),
  },
  { how: 'APP_* useValue', form: 'instance', providers: byValue },
  {
    how: 'app.useGlobal*()',
    form: 'instance',
    prepare: (app, set) => {
      const { guard, interceptor, pipe, filter } = instancesOf(set);
      app.useGlobalGuards(guard);
      app.useGlobalInterceptors(interceptor);
      app.useGlobalPipes(pipe);
      app.useGlobalFilters(filter);
    },
  },
];
