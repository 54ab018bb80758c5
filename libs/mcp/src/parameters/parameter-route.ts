import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import { RoutePath } from './route-path.js';
import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '../nest/metadata-keys.js';

/** The parts of a request that a route reads its input from. */
export type RoutePart = 'params' | 'query' | 'body';

/** A controller's route, as its decorators tell it. */
export interface Route {
  /** Variables of the path, and whether each stands in all of its forms. */
  readonly variables: ReadonlyMap<string, boolean>;
  /** Where an input goes that no parameter claims. */
  readonly rest: 'query' | 'body';
}

/** The route that a method answers; `undefined`: it is no route. */
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
