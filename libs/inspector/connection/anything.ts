import * as z from 'zod/v4/core';

/** Lets any result through: of methods that the MCP client does not know. */
export const anything = z._unknown(z.$ZodUnknown) as never;
