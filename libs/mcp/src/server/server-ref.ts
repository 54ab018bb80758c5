import type { McpEngine } from '../engine/engine.js';
import type { PromptMethods } from '../prompts/prompt.methods.js';
import type { ResourceMethods } from '../resources/resource.methods.js';
import type { ToolMethods } from '../tools/tool.methods.js';
import type { McpServerRef } from './mcp-server-ref.js';
import { RuntimePrimitives, type RuntimeSettings } from './runtime-primitives.js';
import { checkServer } from './server-check.js';
import type { ServerTransports } from './server-transports.js';

/** The parts of a running server behind its `McpServerRef`. */
interface ReferredParts {
  readonly kinds: readonly [ToolMethods, ResourceMethods, PromptMethods, ...unknown[]];
  readonly transports: ServerTransports;
  readonly engine: McpEngine;
}

/** Creates the application's view of a running server. */
export function createServerRef(
  name: string,
  { kinds: [tools, resources, prompts], transports, engine }: ReferredParts,
  runtime: RuntimeSettings,
): McpServerRef {
  const { sessions } = transports;
  return {
    name,
    tools: new RuntimePrimitives(tools, runtime),
    resources: new RuntimePrimitives(resources, runtime),
    prompts: new RuntimePrimitives(prompts, runtime),
    sessions,
    notifyResourceUpdated: (uri) => engine.resourceUpdated(uri),
    check: async () => {
      await assertShared(sessions);
      return {
        ...(await checkServer(() => transports.connectInMemory(), sessions)),
        // The client of the check only sees what is open to anonymous callers.
        tools: tools.size,
        resources: resources.size,
        prompts: prompts.size,
      };
    },
  };
}

/** Rejects if the backplane cannot be reached. */
async function assertShared(sessions: McpServerRef['sessions']): Promise<void> {
  try {
    await sessions.countAll();
  } catch (error) {
    throw new Error('The backplane does not answer.', { cause: error });
  }
}
