import { inspect } from 'node:util';
import { McpConfigurationError } from '../errors/configuration.error.js';
import type { McpModuleOptions, McpModuleShape, McpServerOptions } from '../mcp.options.js';
import { checkedOptions } from './checked-options.js';

const shapeOptions: Record<keyof McpModuleShape, true> = {
  name: true,
  prefix: true,
  include: true,
  transports: true,
  guards: true,
  decorators: true,
  apiVersion: true,
  expressPrototypes: true,
  imports: true,
};

/**
 * The options of a server declared by `forRootAsync`. Throws `McpConfigurationError` if its factory returns nothing,
 * options that no server can use, or options that had to be given when the module was declared.
 */
export function withShape(late: McpServerOptions, shape: McpModuleShape): McpModuleOptions {
  const where = `McpModule.forRootAsync (server '${shape.name}')`;
  const given = late as Partial<McpModuleOptions> | null | undefined;
  if (typeof given !== 'object' || given === null) {
    throw new McpConfigurationError(
      where,
      `its factory returns ${inspect(given)}.`,
      'Return the options of the server: { version, … }.',
    );
  }
  const lost = (Object.keys(shapeOptions) as (keyof McpModuleShape)[]).filter(
    (key) => given[key] !== undefined && given[key] !== shape[key],
  );
  if (lost.length === 0) return checkedOptions({ ...late, ...shape });
  const names = lost.join(', ');
  throw new McpConfigurationError(
    where,
    `its factory gives ${names}, which the module must know before the factory runs.`,
    `Give ${names} beside useFactory, useClass or useExisting.`,
  );
}
