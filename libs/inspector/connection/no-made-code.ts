import { config } from 'zod/v4/core';

// The MCP client validates messages with zod, which tries to compile its schemas to code when they are loaded. The
// page's content security policy forbids that.
config({ jitless: true });
