import type { Observable } from 'rxjs';
import type { McpContext } from '../context/mcp-context.js';
import type { SchemaSource } from '../schema/to-schema.js';

/** The type that a schema describes, if TypeScript knows it. */
type Described<Schema> = SchemaSource extends Schema
  ? unknown
  : Schema extends boolean
    ? unknown
    : Schema extends readonly [infer Item]
      ? Described<Item>[]
      : Schema extends StringConstructor | NumberConstructor | BooleanConstructor
        ? ReturnType<Schema>
        : Schema extends abstract new (...args: never[]) => infer Instance
          ? Instance
          : Schema extends { '~standard': { types?: infer Types } }
            ? NonNullable<Types> extends { output: infer Value }
              ? Value
              : unknown
            : unknown;

/** The type of a handler's input for this schema: what the schema describes, or any type where TypeScript cannot know it. */
// oxlint-disable-next-line typescript/no-explicit-any -- raw JSON Schema and a missing schema say nothing to TypeScript.
export type DescribedInput<Schema> = unknown extends Described<Schema> ? any : Described<Schema>;

/** Every type that JSON writes like `Value`: an entity's `Date` for a `string`, its `null` for a missing property. */
type Written<Value> = unknown extends Value
  ? unknown
  : Value extends string | Date
    ? string | Date | bigint
    : Value extends number | boolean | bigint | null | undefined
      ? Value
      : Value extends (...args: never[]) => unknown
        ? unknown
        : Value extends readonly (infer Item)[]
          ? readonly Written<Item>[]
          : {
              [
                Key in keyof Value as Value[Key] extends (...args: never[]) => unknown ? never : Key
              ]: Written<Value[Key]> | null | undefined;
            };

/** The type that a method returns, without its promise, observable or iterable. */
type Returned<Method> = Method extends (...args: never[]) => infer Result
  ? Awaited<Result> extends Observable<infer Value>
    ? Value
    : Awaited<Result> extends AsyncIterable<unknown>
      ? unknown
      : Awaited<Result>
  : unknown;

/** `unknown` if the method returns the type that `output` describes, else a type that no descriptor has. */
export type OutputFits<Method, Output> =
  unknown extends Returned<Method>
    ? unknown
    : [Returned<Method>] extends [Written<Described<Output>>]
      ? unknown
      : { 'the method does not return what `output` describes': Returned<Method> };

/** `unknown` if the method's only input accepts the type that `input` describes, else a type that no descriptor has. */
export type InputFits<Method, Input> = Method extends (
  ...args: infer Args extends [unknown] | [unknown, McpContext]
) => unknown
  ? unknown extends Described<Input>
    ? unknown
    : Args[0] extends object
      ? McpContext extends Args[0]
        ? unknown
        : [Described<Input>] extends [Args[0]]
          ? unknown
          : { 'the method does not take what `input` describes': Args[0] }
      : unknown
  : unknown;
