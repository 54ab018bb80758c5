import { McpConfigurationError } from 'nestjs-mcp';

/** System calls that fail because of the address at which the service is to listen. */
const ofAddress = ['listen', 'bind', 'getaddrinfo'];

/** What the operator reads when the service does not start: what to change, or else the error itself. */
export function explainBootError(error: unknown, address: string): string {
  if (error instanceof McpConfigurationError) return error.message;
  const { syscall = '', stack = String(error) } = (error ?? {}) as NodeJS.ErrnoException;
  return ofAddress.includes(syscall)
    ? `Cannot listen on ${address} (${String(error)}). Set PORT or HOST`
    : stack;
}
