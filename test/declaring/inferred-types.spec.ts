import { verdicts } from '../support/type-verdicts.js';

const prelude = `
import type { FastifyRequest } from 'fastify';
import type { Request } from 'express';
import {
  McpContext, McpResource, type JsonSchema, type McpAuth, type McpAuthOptions, type McpModuleOptions,
  type McpRuntimeHandler, type McpServerRef, type SchemaSource, type TokenVerifier,
} from 'nestjs-mcp';
import { z } from 'zod';
class Dto { a!: number; note?: string; }
class Other { b!: boolean; }
const schema = z.object({ a: z.number(), limit: z.number().default(10), at: z.string().transform((at) => new Date(at)) });
const json = { type: 'object', properties: { a: { type: 'number' } } };
const jsonSchema: JsonSchema = json;
const source: SchemaSource = schema;
const name = 'name', description = 'description', uri = 'a://{a}';
const auth: McpAuth = { subject: 'me', scopes: [] };
/** Compiles only for a value of exactly that type. */
declare function is<Wanted>(): <Given>(
  value: Given,
  ...same: (<T>() => T extends Given ? 1 : 2) extends <T>() => T extends Wanted ? 1 : 2 ? [] : [never]
) => void;
declare const server: McpServerRef;
type Output = { a: number; limit: number; at: Date };
`;

/** What an application writes without the type of a parameter. */
const inferred = [
  'const handler: McpRuntimeHandler = { name, handler: (input, context) => [input.a, context.uri] }; server.tools.add(handler);',
  'server.tools.add({ name, description, input: Dto, handler: (input, context) => { is<Dto>()(input); is<McpContext>()(context); } })',
  'server.tools.add({ name, input: Dto, handler: ({ a, note }) => { is<number>()(a); is<string | undefined>()(note); } })',
  'server.tools.add({ name, handler: async (input, context) => { is<Dto>()(input); await context.progress(1); }, input: Dto })',
  'server.tools.add({ name, input: Dto, output: Other, scopes: [], guards: [], handler(input) { is<Dto>()(input); } })',
  'server.tools.add({ name, input: schema, handler: (input) => is<Output>()(input) })',
  'server.tools.add({ name, input: z.object({ a: z.number() }), handler: (input) => is<number>()(input.a) })',
  'server.tools.add({ name, description, handler: (input, context) => [input.a.b, context.uri] })',
  'server.tools.add({ name, handler: ({ a }, { auth }) => [a, auth?.subject] })',
  'server.tools.add({ name, handler: () => 1 })',
  'server.tools.add({ name, input: json, handler: (input) => input.a.b })',
  "server.tools.add({ name, input: { type: 'object' }, handler: (input) => input.a.b })",
  'server.tools.add({ name, input: jsonSchema, handler: (input) => input.a.b })',
  'server.tools.add({ name, input: source, handler: (input) => input.a.b })',
  'server.prompts.add({ name, input: Dto, handler: (input) => `${input.a.toFixed()} ${input.note?.trim()}` })',
  'server.prompts.add({ name, handler: (input, context) => [input.a, context.arguments] })',
  'server.resources.add({ name, uri, input: schema, handler: (input) => is<Output>()(input) })',
  'server.resources.add({ name, uri, handler: (input, context) => [input.a, context.uri] })',
  'export const options: McpAuthOptions = { principal: (request) => ({ subject: request.headers["x-user"], scopes: [] }) };',
  'export const options: McpAuthOptions = { principal: ({ headers }) => (headers.a ? auth : null) };',
  'export const options: McpAuthOptions = { principal: (request) => null };',
  'export const options: McpAuthOptions = { principal: () => undefined };',
  "export const options: McpModuleOptions = { name, version: '1', auth: { principal: (request) => request.user ?? null } };",
  'export const options: McpAuthOptions = { verifier: { async verify(token, request) { return request.headers.a === token ? auth : null; } } };',
  'export const verifier: TokenVerifier = { verify: async (token, { headers }) => (headers[token] ? auth : null) };',
  'export class Service { @McpResource(uri, { input: Dto }) read(input: Dto) { return input; } }',
  'export class Service { @McpResource(uri, { input: schema }) read(input: Output) { return input; } }',
];

/** What an application writes with the types of its parameters. */
const annotated = [
  'server.tools.add({ name, input: Dto, handler: (input: Dto, context: McpContext) => [input.a, context.uri] })',
  'server.tools.add({ name, input: Dto, handler: (input: { a: number }) => input.a })',
  'server.tools.add({ name, input: Dto, handler: ({ a }: { a: number }) => a })',
  'server.tools.add({ name, input: Dto, handler: (input: Dto & { more?: 1 }) => input.more })',
  "server.tools.add({ name, input: Dto, handler: (input: Record<string, unknown>) => input['a'] })",
  'server.tools.add({ name, input: Dto, handler() { return this.name; } })',
  'server.tools.add({ name, input: Dto, handler: (input: object) => input })',
  'server.tools.add({ name, input: Dto, handler: (input: never) => input })',
  'server.tools.add({ name, input: Dto, handler: (input: Other) => input.b })',
  'server.tools.add({ name, input: schema, handler: ({ limit }: { limit: number }, context: McpContext) => [limit, context] })',
  'server.tools.add({ name, input: json, handler: ({ id }: { id: number }) => id })',
  'server.tools.add({ name, input: json as never, handler: () => 1 })',
  'server.tools.add({ name, handler: (input: { id: number }) => input.id })',
  'server.prompts.add({ name, input: json, handler: ({ who }: { who: string }) => who })',
  'server.resources.add({ name, uri, input: schema, handler: ({ a }: { a: number }) => ({ a }) })',
  'export function add<T extends object>(input: new () => T, handler: (input: T, context: McpContext) => unknown) { return server.tools.add({ name, input, handler }); }',
  'export const add = <T extends object>(input: new () => T) => server.tools.add({ name, input, handler: (given: T) => given });',
  'const tool: Parameters<typeof server.tools.add>[0] = { name, handler: (input: Dto) => input.a }; server.tools.add(tool);',
  'const handler: McpRuntimeHandler = { name, handler: (input: Dto) => input.a }; server.tools.add({ ...handler, input: Dto });',
  'const handler: McpRuntimeHandler = { name, handler: (input: never) => input }; server.tools.add(handler);',
  'const handler: McpRuntimeHandler<never> = { name, handler: (input: Dto) => input.a }; server.tools.add(handler);',
  'const handler: { name: string; handler: (input: never, context: McpContext) => unknown } = { name, handler: (input: Dto) => input.a }; server.prompts.add(handler);',
  "const handler: McpRuntimeHandler<Dto>['handler'] = (input) => input.a; server.tools.add({ name, input: Dto, handler });",
  'export const options: McpAuthOptions = { principal: (request: Request) => ({ subject: String(request.query.a), scopes: [] }) };',
  'export const options: McpAuthOptions = { principal: (request: FastifyRequest) => ({ subject: request.id, scopes: [] }) };',
  'export const options: McpAuthOptions = { principal: (request: { user?: McpAuth }) => request.user };',
  'export const options: McpAuthOptions = { principal: ({ user }: { user: McpAuth }): McpAuth | undefined => user };',
  'export class Verifier implements TokenVerifier { async verify(token: string, request: object): Promise<McpAuth | null> { return request && token ? auth : null; } }',
  'export class Verifier implements TokenVerifier { async verify(_token: string, request: Request) { return request.ip ? auth : null; } }',
  'export class Verifier implements TokenVerifier { async verify() { return null; } }',
  'export const verifier: TokenVerifier = { verify: async (token: string, request: FastifyRequest) => (request.id === token ? auth : null) };',
];

const refused = [
  'server.tools.add({ name, input: Dto, handler: (input) => input.missing })',
  'server.tools.add({ name, input: schema, handler: (input) => input.missing })',
  'server.prompts.add({ name, input: Dto, handler: ({ missing }) => missing })',
  'server.resources.add({ name, uri, input: Dto, handler: (input) => input.missing })',
  'server.tools.add({ name, handler: (input, context) => context.missing })',
  'server.tools.add({ name, handler: () => 1, unknown: 1 })',
  'server.tools.add({ handler: () => 1 })',
  'server.tools.add({ name })',
  'server.resources.add({ name, handler: () => 1 })',
  'export const options: McpAuthOptions = { principal: (request) => ({ subject: 1, scopes: [] }) };',
];

describe('TypeScript', () => {
  let taken: Record<string, boolean>;

  beforeAll(() => {
    taken = verdicts([...inferred, ...annotated, ...refused], prelude);
  }, 60_000);

  it.each(inferred)('knows the type of a parameter that has none: %s', (code) => {
    expect(taken[code]).toBe(true);
  });

  it.each(annotated)('takes the type that a parameter has: %s', (code) => {
    expect(taken[code]).toBe(true);
  });

  it.each(refused)('refuses what there is not: %s', (code) => {
    expect(taken[code]).toBe(false);
  });
});
