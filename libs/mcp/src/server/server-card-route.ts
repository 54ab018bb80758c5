import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpAdapterHost } from '@nestjs/core';
import type { McpModuleOptions } from '../mcp.options.js';
import { whenAdapterReady } from '../nest/adapter-host.js';
import { answerBeforeRoutes } from '../platform/answer-before-routes.js';
import { writeJson } from '../platform/json-document.js';
import { originalUrl } from '../platform/node-exchange.js';
import { pathOf } from '../platform/request-path.js';
import { ServerCard, type WrittenCard } from './server-card.js';
import type { ServerRemote } from './server-transports.js';

const allow = 'GET, HEAD, OPTIONS';
const mediaType = 'application/mcp-server-card+json';

/** Where a card is served, and how its paths are reserved. */
export interface CardPlace {
  readonly adapterHost: HttpAdapterHost;
  readonly keepForCard: (paths: () => readonly string[]) => void;
}

/**
 * Serves the server card without authentication, if it is enabled. Throws `McpConfigurationError` for options that a
 * card cannot express.
 */
export function serveServerCard(
  options: McpModuleOptions,
  { adapterHost, keepForCard }: CardPlace,
  transports: { remotes(): readonly ServerRemote[] },
): void {
  const { serverCard = false } = options;
  if (serverCard === false) return;
  const card = new ServerCard(options, serverCard === true ? {} : serverCard, () =>
    transports.remotes(),
  );
  keepForCard(() => card.paths());
  whenAdapterReady(adapterHost, (httpAdapter) =>
    answerBeforeRoutes(httpAdapter, (request) => {
      const written = card.at(pathOf(originalUrl(request)));
      return written && ((response) => write(request, response, written));
    }),
  );
}

function write(
  request: IncomingMessage,
  response: ServerResponse,
  { card, etag }: WrittenCard,
): void {
  response.setHeader('Access-Control-Allow-Origin', '*');
  response.setHeader('Access-Control-Expose-Headers', 'ETag');
  const { method } = request;
  if (method === 'OPTIONS') {
    response.setHeader('Access-Control-Allow-Methods', 'GET');
    response.setHeader('Access-Control-Allow-Headers', 'Content-Type, If-None-Match');
    response.writeHead(204).end();
    return;
  }
  if (method !== 'GET' && method !== 'HEAD') {
    response.setHeader('Allow', allow);
    writeJson(request, response, 405, { statusCode: 405, message: 'Method Not Allowed' });
    return;
  }
  response.setHeader('Cache-Control', 'public, max-age=3600');
  response.setHeader('ETag', etag);
  if (isKnown(request.headers['if-none-match'], etag)) response.writeHead(304).end();
  else writeJson(request, response, 200, card, mediaType);
}

/** Tags are compared weakly (RFC 9110, 13.1.2). */
function isKnown(given: string | undefined, etag: string): boolean {
  const tags = given?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
  return tags.includes(etag) || tags.includes('*');
}
