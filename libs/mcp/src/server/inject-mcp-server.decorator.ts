import { Inject } from '@nestjs/common';

/** Injection token of a server's `McpServerRef`; without a name that of the only server. */
export function getMcpServerToken(name?: string): string {
  return name === undefined ? 'nestjs-mcp:server' : `nestjs-mcp:server:${name}`;
}

/** Injects the `McpServerRef` of a server; without a name that of the only server. */
export function InjectMcpServer(name?: string): ParameterDecorator & PropertyDecorator {
  return Inject(getMcpServerToken(name));
}
