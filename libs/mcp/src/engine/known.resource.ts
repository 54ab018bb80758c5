import type { McpCall } from '../context/mcp-call.js';
import type { EngineSettings } from './engine.settings.js';

const nowhere = { add: () => undefined, delete: () => undefined };

/** Whether there is such a resource for this caller: what it is asked when it subscribes. Never rejects. */
export async function isKnown(
  uri: string,
  call: McpCall,
  { methods }: Pick<EngineSettings, 'methods'>,
): Promise<boolean> {
  const asking = Object.create(call, { subscriptions: { value: nowhere } }) as McpCall;
  try {
    await methods['resources/subscribe']?.({ uri }, asking);
    return true;
  } catch {
    return false;
  }
}
