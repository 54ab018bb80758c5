/** A JSON Schema 2020-12 document, as clients get it. */
export type JsonSchema = { [keyword: string]: unknown };

/** A validation error: the path of keys from the root, and the problem in words. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly PropertyKey[];
}

/** The outcome of a validation, in the shape of Standard Schema v1: the (converted) value, or the issues. */
export type SchemaResult<T = unknown> =
  { readonly value: T; readonly issues?: undefined } | { readonly issues: readonly SchemaIssue[] };

/** The internal form of every schema: the JSON for clients, and the validation on the server. */
export interface McpSchema<T = unknown> {
  /** JSON Schema 2020-12, created once, without `$schema` unless the user's schema has it. */
  readonly json: JsonSchema;
  validate(value: unknown): SchemaResult<T> | Promise<SchemaResult<T>>;
}
