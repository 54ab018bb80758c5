import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import { RoutePath } from './route-path.js';
import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '../nest/metadata-keys.js';

/** The parts of a request that a route reads its input from. */
export type RoutePart = 'params' | 'query' | 'body';

/** A controller's route, from its decorators. */
export interface Route {
  /** The variables of the path, and whether each is in all of its forms. */
  readonly variables: ReadonlyMap<string, boolean>;
  /** The part for inputs that no parameter reads. */
  readonly rest: 'query' | 'body';
}

/** The route of a method; `undefined` if it is no route. */
export function routeOf(host: Type, method: string): Route | undefined {
  const callback = (host.prototype as Record<string, object>)[method];
  if (callback === undefined) return undefined;
  const verb = Reflect.getMetadata(METHOD_METADATA, callback) as RequestMethod | undefined;
  if (verb === undefined) return undefined;
  const base = toList(Reflect.getMetadata(PATH_METADATA, host));
  const paths = toList(Reflect.getMetadata(PATH_METADATA, callback)).flatMap((own) =>
    base.map((prefix) => new RoutePath(`${prefix}/${own}`).variables()),
  );
  const names = new Set(paths.flatMap((path) => [...path.keys()]));
  const bodyless = [RequestMethod.GET, RequestMethod.HEAD, RequestMethod.DELETE].includes(verb);
  return {
    variables: new Map([...names].map((name) => [name, paths.every((path) => path.get(name))])),
    rest: bodyless ? 'query' : 'body',
  };
}

function toList(paths: unknown): string[] {
  if (Array.isArray(paths)) return paths as string[];
  return [typeof paths === 'string' ? paths : ''];
}
