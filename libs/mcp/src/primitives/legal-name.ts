import { McpConfigurationError } from '../errors/configuration.error.js';

const legalName = /^[A-Za-z0-9_.-]{1,128}$/;

/**
 * Throws `McpConfigurationError` for an illegal name of a tool or prompt (specification, server/tools, "Tool Names").
 */
export function assertLegalName(noun: 'tool' | 'prompt', name: string, where: string): void {
  if (legalName.test(name)) return;
  const decorator = noun === 'tool' ? '@McpTool' : '@McpPrompt';
  throw new McpConfigurationError(
    where,
    `'${name}' is not a legal ${noun} name.`,
    `Use 1 to 128 of A-Z a-z 0-9 _ . - in ${decorator}({ name }).`,
  );
}
