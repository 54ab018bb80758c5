import * as z from 'zod/v4/core';

/** A schema that accepts any result, for methods that the MCP client does not know. */
export const anything = z._unknown(z.$ZodUnknown) as never;
