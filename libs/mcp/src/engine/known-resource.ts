import type { McpCall } from '../context/mcp-call.js';
import type { SessionListener } from '../sessions/session.js';
import type { EngineSettings } from './engine-settings.js';

const nowhere = { add: () => undefined, delete: () => undefined };

/**
 * Whether the resource exists for the caller of that call, as checked on subscription. `listener`: the caller whose
 * permissions count instead. Never rejects.
 */
export async function isKnown(
  uri: string,
  call: McpCall,
  { methods }: Pick<EngineSettings, 'methods'>,
  listener?: SessionListener,
): Promise<boolean> {
  const asking = Object.create(call, {
    subscriptions: { value: nowhere },
    ...(listener && { auth: { value: listener.auth }, request: { value: listener.request } }),
  }) as McpCall;
  try {
    await methods['resources/subscribe']?.({ uri }, asking);
    return true;
  } catch {
    return false;
  }
}
