/** Internals of Nest's router: paths, parameters, execution contexts, middleware, and the context id of a request. */
export { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
export { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
export { MiddlewareBuilder } from '@nestjs/core/middleware/builder.js';
export { REQUEST_CONTEXT_ID } from '@nestjs/core/router/request/request-constants.js';
export { RouteParamsFactory } from '@nestjs/core/router/route-params-factory.js';
export { RoutePathFactory } from '@nestjs/core/router/route-path-factory.js';
