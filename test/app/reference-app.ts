import type { NestExpressApplication } from '@nestjs/platform-express';
import { createHttpApp } from '../../src/http.app.js';
import { holdConnections } from '../support/start-app.js';

/** The reference app on a free port of 127.0.0.1. */
export interface ReferenceApp {
  app: NestExpressApplication;
  url: string;
  close(): Promise<void>;
}

const variables = [
  'PORT',
  'HOST',
  'MCP_TOKENS',
  'ALLOWED_HOSTS',
  'ALLOWED_ORIGINS',
  'PUBLIC_URL',
  'DATABASE_FILE',
];

/** Starts the app with these variables, and without whatever the surrounding process has set. */
export async function startReferenceApp(
  environment: Record<string, string> = {},
): Promise<ReferenceApp> {
  for (const name of variables) delete process.env[name];
  Object.assign(process.env, environment);
  const app = await createHttpApp({ logger: false, abortOnError: false });
  await app.listen(0, '127.0.0.1');
  holdConnections(app);
  return { app, url: await app.getUrl(), close: () => app.close() };
}

/** What came back: the body is whatever JSON the caller expects there. */
export interface Answer<Body> {
  status: number;
  headers: Headers;
  body: Body;
}

/** Sends JSON and reads the JSON that comes back. */
export async function send<Body = { message: string | string[] }>(
  url: string,
  method = 'GET',
  body?: unknown,
): Promise<Answer<Body>> {
  const response = await fetch(url, {
    method,
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Body,
  };
}
