import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv-provider.js';
import type { EngineSettings } from '../engine.settings.js';

/** Shared by every SDK server of the process: making one costs more than a call. */
const validator = new AjvJsonSchemaValidator();

/** Makes the SDK server of one connection, with or without a session. */
export function createSdkServer(settings: EngineSettings, hasSession: boolean): Server {
  const { identity, instructions, capabilities, logger } = settings;
  const server = new Server(
    { ...identity },
    {
      capabilities: hasSession ? capabilities() : withoutNews(capabilities()),
      instructions,
      jsonSchemaValidator: validator,
    },
  );
  server.removeRequestHandler('logging/setLevel');
  server.onerror = (error) => logger.debug?.(`protocol: ${error.message}`);
  return server;
}

/** Without a session there is no stream on which news could come. */
function withoutNews(
  capabilities: ReturnType<EngineSettings['capabilities']>,
): Record<string, Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(capabilities).map(([name, { ...capability }]) => {
      const { listChanged: _, subscribe: __, ...rest } = capability as Record<string, unknown>;
      return [name, rest];
    }),
  );
}
