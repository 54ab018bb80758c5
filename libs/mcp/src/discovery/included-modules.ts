import type { ModulesContainer } from '@nestjs/core';
import { McpConfigurationError } from '../errors/configuration.error.js';
import type { DeclarationErrors } from '../errors/declaration-errors.js';
import type { ServerShape } from './server-shape.js';

/** Adds an error for each entry of a server's `include` that is no module of the application. */
export function checkIncluded(
  { name, include = [] }: ServerShape,
  modules: ModulesContainer,
  errors: DeclarationErrors,
): void {
  const known = new Set([...modules.values()].map(({ metatype }) => metatype));
  for (const [index, one] of include.entries()) {
    if (one !== undefined && known.has(one)) continue;
    const where = `McpModule (server '${name}')`;
    errors.add(
      one === undefined
        ? new McpConfigurationError(
            where,
            `include has undefined at index ${index}.`,
            'Two files import each other, and the class did not exist yet when include was read (forwardRef does not help): move the class or the import out of the circle.',
          )
        : new McpConfigurationError(
            where,
            `include names ${one.name}, which the application does not import.`,
            `Import ${one.name} in a module of the application, or take it out of include.`,
          ),
    );
  }
}
