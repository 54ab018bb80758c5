import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { answerBeforeRoutes } from '../platform/answer-before-routes.js';
import { writeJson } from '../platform/json-document.js';
import { originalUrl } from '../platform/node-exchange.js';
import { pathOf } from '../platform/request-path.js';
import type { ProtectedResource } from './protected-resource.js';

const allow = 'GET, HEAD, OPTIONS';

/**
 * Serves the metadata (RFC 9728) on the HTTP adapter itself: outside the global prefix, before every guard and before
 * the application's handler for unknown paths. Call it before any middleware is registered.
 */
export function serveProtectedResource(
  httpAdapter: AbstractHttpAdapter,
  resource: ProtectedResource,
): void {
  answerBeforeRoutes(httpAdapter, (request) => {
    const answer = resource.answer(pathOf(originalUrl(request)));
    return answer === undefined ? undefined : (response) => write(request, response, answer);
  });
}

function write(request: IncomingMessage, response: ServerResponse, answer: object | string): void {
  response.setHeader('Access-Control-Allow-Origin', '*');
  const { method } = request;
  if (method === 'OPTIONS') {
    response.setHeader('Access-Control-Allow-Methods', allow);
    response.setHeader('Access-Control-Allow-Headers', '*');
    response.setHeader('Access-Control-Max-Age', '86400');
    response.writeHead(204).end();
    return;
  }
  if (method !== 'GET' && method !== 'HEAD') {
    response.setHeader('Allow', allow);
    writeJson(request, response, 405, { statusCode: 405, message: 'Method Not Allowed' });
  } else if (typeof answer === 'string') {
    writeJson(request, response, 404, { statusCode: 404, message: 'Not Found' });
  } else {
    response.setHeader('Cache-Control', 'public, max-age=300');
    writeJson(request, response, 200, answer);
  }
}
