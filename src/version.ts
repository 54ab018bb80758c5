/** What the service calls its own version: on the wire, in the status and in the API document. */
export const version = '0.1.0';
