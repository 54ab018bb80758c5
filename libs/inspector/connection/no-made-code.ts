import { config } from 'zod/v4/core';

// The MCP client checks messages with zod, which would try to make code of its schemas as they are loaded: this page may not.
config({ jitless: true });
