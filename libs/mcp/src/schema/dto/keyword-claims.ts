import type { JsonSchema } from '../mcp.schema.js';

/** What a rule of class-validator implies for a JSON value; its `constraints` are the decorator's arguments. */
export type ToClaims = (constraints: readonly unknown[]) => JsonSchema;

/** A finite number as the value of a keyword, or nothing. */
export const numeric = (keyword: string, value: unknown): JsonSchema =>
  typeof value === 'number' && Number.isFinite(value) ? { [keyword]: value } : {};

/** A whole number as the value of a keyword, or nothing. */
export const count = (keyword: string, value: unknown): JsonSchema =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 ? { [keyword]: value } : {};

/** A whole number above zero as the value of a keyword, or nothing. */
export const positiveCount = (keyword: string, value: unknown): JsonSchema =>
  value === 0 ? {} : count(keyword, value);
