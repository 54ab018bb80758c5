import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import {
  isScannedParam,
  mcpParamsOf,
  type McpParamOptions,
} from '../context/mcp-params.decorator.js';
import { isBrandedClass } from '../errors/package-brand.js';
import { McpConfigurationError } from '../errors/configuration.error.js';
import { DeclarationErrors } from '../errors/declaration-errors.js';
import { refuseForeignParameter } from './foreign-parameter.js';
import type { RoutePart } from './parameter-route.js';
import {
  CUSTOM_ROUTE_ARGS_METADATA,
  PARAMTYPES_METADATA,
  RESPONSE_PASSTHROUGH_METADATA,
  ROUTE_ARGS_METADATA,
} from '../nest/metadata-keys.js';
import { parseMembersOf } from '../nest/pipe-members.js';
import { RouteParamtypes } from '../nest/router-internals.js';

/** A declared method and its class. */
export interface DeclaredMethod {
  readonly host: Type;
  readonly name: string;
  /** `Class.method`. */
  readonly where: string;
}

/** The reason why a parameter has no class, for boot errors. */
export const noClass =
  'its type is not a class (the usual cause is an `import type`, a union, an interface or a type alias, which leave no class at run time).';
/** The reason why a parameter has no type at all, for boot errors. */
export const noMetadata =
  'no type is known at run time (set emitDecoratorMetadata in tsconfig.json, or decoratorMetadata in .swcrc; a circular import leaves none, too).';

interface ParameterBasics {
  readonly index: number;
  /** The type that TypeScript has emitted for the parameter. */
  readonly designType: unknown;
  /** The argument of the parameter's decorator; pipes see it as `metadata.data`. */
  readonly data: unknown;
  readonly pipes: readonly unknown[];
}

/** The source of a parameter's value. */
export type ParameterRole = ParameterBasics &
  (
    | {
        readonly role: 'input';
        readonly type: RouteParamtypes;
        /** The part of the request that a route's decorator reads; `undefined` for the whole input. */
        readonly part?: RoutePart;
        /** A schema given to the route's decorator (Nest 12). */
        readonly schema?: unknown;
      }
    | {
        readonly role: 'named';
        readonly type: RouteParamtypes;
        readonly name: string;
        readonly options: McpParamOptions;
        /** The part of the request that a route's decorator reads; `undefined` for `@McpParam`. */
        readonly part?: RoutePart;
        /** A schema given to the route's decorator (Nest 12). */
        readonly schema?: unknown;
      }
    | { readonly role: 'context' }
    | { readonly role: 'route'; readonly type: RouteParamtypes }
    | { readonly role: 'custom'; readonly key: string; readonly factory: unknown }
  );

interface RouteArg {
  readonly index: number;
  readonly schema?: unknown;
  readonly data?: unknown;
  readonly pipes?: readonly unknown[];
  readonly factory?: unknown;
}

/** Reads the signature of a method. Throws `McpConfigurationError` for a parameter that cannot be filled. */
export function readParameterRoles(method: DeclaredMethod, takesText = false): ParameterRole[] {
  const { host, name } = method;
  const prototype = host.prototype as object;
  const types = Reflect.getMetadata(PARAMTYPES_METADATA, prototype, name) as unknown[] | undefined;
  const declaredLength = (prototype as Record<string, { length: number }>)[name]?.length ?? 0;
  const marked = mcpParamsOf(host, name);
  const routeArgs = Object.entries(
    (Reflect.getMetadata(ROUTE_ARGS_METADATA, host, name) as Record<string, RouteArg>) ?? {},
  ).filter(([key]) => !isScannedParam(key));
  const count = Math.max(
    types?.length ?? declaredLength,
    ...[...marked, ...routeArgs.map(([, arg]) => arg)].map(({ index }) => index + 1),
  );
  const roles: ParameterRole[] = [];
  const errors = new DeclarationErrors();
  for (let index = 0; index < count; index++) {
    const designType = types?.[index];
    const mark = marked.find((param) => param.index === index);
    const routeArg = routeArgs.find(([, arg]) => arg.index === index);
    const basics = { index, designType, data: undefined, pipes: [] };
    if (mark) {
      const { pipes } = mark;
      if (mark.role === 'context') roles.push({ ...basics, role: 'context' });
      else if (mark.name === undefined) {
        roles.push({ ...basics, role: 'input', type: RouteParamtypes.BODY, pipes });
      } else {
        roles.push({
          ...basics,
          role: 'named',
          type: RouteParamtypes.BODY,
          data: mark.name,
          name: mark.name,
          options: mark.options,
          pipes,
        });
      }
    } else if (routeArg) {
      const role = errors.attemptNow(() => readRouteArg(routeArg, basics, method));
      if (role) roles.push(role);
    } else if (isContextType(designType)) roles.push({ ...basics, role: 'context' });
    else if (index === 0 && (takesText || !isPrimitive(designType))) {
      roles.push({ ...basics, role: 'input', type: RouteParamtypes.BODY });
    } else if (index === 0 || index < declaredLength) {
      errors.add(unbound(method, index, designType));
    }
  }
  errors.throwAll();
  return roles;
}

const parts = new Map<RouteParamtypes, RoutePart>([
  [RouteParamtypes.BODY, 'body'],
  [RouteParamtypes.QUERY, 'query'],
  [RouteParamtypes.PARAM, 'params'],
]);

function readRouteArg(
  [key, arg]: [string, RouteArg],
  basics: ParameterBasics,
  method: DeclaredMethod,
): ParameterRole {
  const given = { ...basics, data: arg.data, pipes: arg.pipes ?? [] };
  if (key.includes(CUSTOM_ROUTE_ARGS_METADATA)) {
    return { ...given, role: 'custom', key: key.split(':')[0] as string, factory: arg.factory };
  }
  const type = Number(key.split(':')[0]) as RouteParamtypes;
  refuseForeignParameter(type, method);
  const part = parts.get(type);
  if (!part) {
    if (!mayBeMissing(type, arg)) refuseUnfillable(type, method);
    return { ...given, role: 'route', type };
  }
  const { schema } = arg;
  if (typeof arg.data === 'string') {
    return { ...given, role: 'named', type, name: arg.data, options: {}, part, schema };
  }
  if (isPrimitive(basics.designType) && schema === undefined) {
    throw new McpConfigurationError(
      method.where,
      `parameter ${basics.index + 1} takes a whole part of the request as ${(basics.designType as Type).name}.`,
      "An input is an object: name what the parameter takes (@Query('page')), type it as a DTO class, or make a tool of another method.",
    );
  }
  return { ...given, role: 'input', type, part, schema };
}

/** Whether a route accepts a request without the upload; then a call has none. */
function mayBeMissing(type: RouteParamtypes, { pipes = [] }: RouteArg): boolean {
  return (
    (type === RouteParamtypes.FILE || type === RouteParamtypes.FILES) &&
    pipes.some((pipe) => parseMembersOf(pipe as object).fileIsRequired === false)
  );
}

/** Refuses parameters that require an HTTP response or an upload. */
function refuseUnfillable(type: RouteParamtypes, { host, name, where }: DeclaredMethod): void {
  const writes = type === RouteParamtypes.RESPONSE || type === RouteParamtypes.NEXT;
  if (writes && Reflect.getMetadata(RESPONSE_PASSTHROUGH_METADATA, host, name) !== true) {
    throw new McpConfigurationError(
      where,
      `${type === RouteParamtypes.NEXT ? '@Next()' : '@Res()'} writes the response itself, which leaves a call without a result.`,
      'Return the result and write @Res({ passthrough: true }), or make a tool of a service method.',
    );
  }
  if (type === RouteParamtypes.FILE || type === RouteParamtypes.FILES) {
    throw new McpConfigurationError(
      where,
      'an uploaded file cannot come in a call.',
      'Make a tool of a method that takes the content as an input, or let the file be missing: new ParseFilePipe({ fileIsRequired: false }).',
    );
  }
}

function isContextType(type: unknown): boolean {
  return isBrandedClass(type, 'McpContext');
}

function isPrimitive(type: unknown): boolean {
  return type === String || type === Number || type === Boolean || type === Array || type === Date;
}

function unbound(method: DeclaredMethod, index: number, type: unknown): McpConfigurationError {
  const typeName = typeof type === 'function' ? ` (${type.name})` : '';
  return new McpConfigurationError(
    method.where,
    `nothing says what parameter ${index + 1}${typeName} is filled with.`,
    "Put @McpParam('name') on it, type it as a DTO class (first parameter only) or as McpContext (imported as a value), or give it a default value.",
  );
}
