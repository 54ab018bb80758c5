import { McpSkill } from 'nestjs-mcp';

/**
 * A skill for replacing an order with the tools of the orders. The build copies the folder beside the compiled class.
 */
@McpSkill(new URL('./skills/replace-order', import.meta.url))
export class ReplaceOrderSkill {}
