import { z } from 'zod';

/** The input of every tool beside `echo`, as the Zod-based servers declare it. `ItemInput` says the same as a DTO. */
export const createItemShape = () => ({
  title: z.string().min(1).max(200).describe('What the item is called'),
  quantity: z.number().int().min(0).describe('How many there are'),
  price: z.number().min(0).describe('Price of one, in euros'),
  category: z.enum(['tools', 'toys', 'books']).describe('Where it is found'),
  inStock: z.boolean().optional().describe('Whether it can be sent today'),
});

/** The same, made once for all tools. */
export const itemShape = createItemShape();

/** The input of `echo`. */
export const echoShape = { message: z.string().describe('What to say back') };

/** Name of the n-th tool. */
export function toolName(n: number): string {
  return `item_tool_${n}`;
}

/** Description of the n-th tool. */
export function toolDescription(n: number): string {
  return `Looks after the items of shelf ${n}: counts, prices and sorts them.`;
}

/** The URI template of the n-th resource. */
export function templateOf(n: number): string {
  return `shelf-${n}://{area}/items/{id}`;
}
