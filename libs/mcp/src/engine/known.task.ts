import type { McpCall } from '../context/mcp-call.js';
import type { MethodTable } from '../primitives/method-table.js';

/** Whether there is such a task for this caller. Never rejects. */
export async function isKnownTask(
  taskId: string,
  call: McpCall,
  methods: MethodTable,
): Promise<boolean> {
  try {
    await methods['tasks/get']?.({ taskId }, call);
    return true;
  } catch {
    return false;
  }
}
