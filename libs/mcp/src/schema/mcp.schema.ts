/** A JSON Schema 2020-12 document, as it goes on the wire. */
export type JsonSchema = { [keyword: string]: unknown };

/** One thing that is wrong with a value: where (path of keys from the root) and what, in words. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly PropertyKey[];
}

/** The outcome of a validation, in the shape of Standard Schema v1: the (converted) value, or what is wrong. */
export type SchemaResult<T = unknown> =
  { readonly value: T; readonly issues?: undefined } | { readonly issues: readonly SchemaIssue[] };

/** The one form that every schema takes inside: what the client reads, and the check that the server makes. */
export interface McpSchema<T = unknown> {
  /** JSON Schema 2020-12, made once, without `$schema` unless the user gave it. */
  readonly json: JsonSchema;
  validate(value: unknown): SchemaResult<T> | Promise<SchemaResult<T>>;
}
