import type { ExecutionContext } from '@nestjs/common';

interface HeaderWriter {
  setHeader?: (name: string, value: string) => unknown;
  header?: (name: string, value: string) => unknown;
  removeHeader?: (name: string) => unknown;
}

/** Sets a response header of a guarded route; Express' response and Fastify's reply have different methods for it. */
export function setHeader(context: ExecutionContext, name: string, value: string): void {
  const response = context.getArgByIndex<HeaderWriter | undefined>(1);
  if (typeof response?.header === 'function') response.header(name, value);
  else response?.setHeader?.(name, value);
}

/** Removes a response header. */
export function removeHeader(context: ExecutionContext, name: string): void {
  context.getArgByIndex<HeaderWriter | undefined>(1)?.removeHeader?.(name);
}
