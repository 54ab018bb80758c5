/** The bearer token of every client. The peers do not look at it. */
export const TOKEN = 'bench-token-0123456789abcdef';
