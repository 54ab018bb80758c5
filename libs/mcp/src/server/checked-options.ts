import { inspect } from 'node:util';
import { McpConfigurationError } from '../errors/configuration.error.js';
import { DeclarationErrors } from '../errors/declaration-errors.js';
import { checkNumber, longestTime, timeLimit, type NumberRange } from '../errors/number-check.js';
import type { McpModuleOptions } from '../mcp.options.js';
import { checkCacheHint } from '../primitives/cache-hint.js';
import type { TransportDefinition } from '../transports/mcp.transport.js';
import { readNumbers } from './server-limits.js';

/** Returns the options of a server. Throws `McpConfigurationError` that lists everything that no server can use. */
export function checkedOptions(options: McpModuleOptions): McpModuleOptions {
  const errors = new DeclarationErrors();
  errors.attemptNow(() => checkVersion(options));
  errors.attemptNow(() => checkPublicUrl(options));
  errors.attemptNow(() => readNumbers(options));
  errors.attemptNow(() => checkCacheHint('McpModule', options.cache, false));
  for (const [where, value, range] of numbersOf(options)) {
    errors.attemptNow(() => checkNumber(where, value, range));
  }
  errors.throwAll();
  return options;
}

/** Throws `McpConfigurationError` for a name that is no text. It is needed before anything else is known. */
export function checkName(name: unknown): void {
  if (isText(name)) return;
  throw new McpConfigurationError(
    'McpModule',
    `name is ${inspect(name)}.`,
    "Give the server a name: McpModule.forRoot({ name: 'inventory', version: '1.0.0' }).",
  );
}

function checkVersion({ name, version }: McpModuleOptions): void {
  if (isText(version)) return;
  throw new McpConfigurationError(
    `McpModule (server '${name}')`,
    `version is ${inspect(version)}.`,
    "Give the version of the server as a text: '1.0.0'.",
  );
}

function checkPublicUrl({ name, publicUrl }: McpModuleOptions): void {
  if (publicUrl === undefined) return;
  const url = URL.canParse(publicUrl) ? new URL(publicUrl) : undefined;
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return;
  throw new McpConfigurationError(
    `McpModule (server '${name}')`,
    `publicUrl is ${inspect(publicUrl)}, which is no absolute URL of HTTP.`,
    "Give the URL that clients see: 'https://api.example.com'.",
  );
}

const interval: NumberRange = { least: 0, most: longestTime };
const positive: NumberRange = { least: 1, most: longestTime };

/** The numeric options beside `limits`, `sessions` and `cache`. */
function* numbersOf(options: McpModuleOptions): Iterable<[string, unknown, NumberRange]> {
  const { timeout, shutdownTimeout, pageSize, tasks = {}, transports = [] } = options;
  yield ['timeout', timeout, timeLimit];
  yield ['shutdownTimeout', shutdownTimeout, { ...timeLimit, least: 0 }];
  yield ['pageSize', pageSize, { least: 1, infinity: 'one page' }];
  const { ttl, pollInterval, max, maxPerOwner } = tasks;
  for (const [name, value] of Object.entries({ ttl, pollInterval, max, maxPerOwner })) {
    yield [`tasks.${name}`, value, positive];
  }
  for (const transport of transports) {
    const { kind, keepAlive } = transport as TransportDefinition;
    yield [`keepAlive of ${kind}`, keepAlive, interval];
  }
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}
