import type { JsonSchema } from '../mcp.schema.js';

/** The JSON schema that a rule of class-validator implies; its `constraints` are the decorator's arguments. */
export type ToClaims = (constraints: readonly unknown[]) => JsonSchema;

/** A keyword with a finite number, or nothing. */
export const numeric = (keyword: string, value: unknown): JsonSchema =>
  typeof value === 'number' && Number.isFinite(value) ? { [keyword]: value } : {};

/** A keyword with a whole number, or nothing. */
export const count = (keyword: string, value: unknown): JsonSchema =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 ? { [keyword]: value } : {};

/** A keyword with a whole number above zero, or nothing. */
export const positiveCount = (keyword: string, value: unknown): JsonSchema =>
  value === 0 ? {} : count(keyword, value);
