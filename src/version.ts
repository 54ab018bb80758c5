/** The version of the service: for MCP clients, in the status and in the API document. */
export const version = '0.1.0';
