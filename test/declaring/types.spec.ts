import { verdicts } from '../support/type-verdicts.js';

const prelude = `
import { applyDecorators } from '@nestjs/common';
import { McpContext, McpParam, McpTool } from 'nestjs-mcp';
import { of } from 'rxjs';
import { z } from 'zod';
class Dto { id!: number; at!: string; note?: string; toString(): string { return ''; } }
class Row { id!: number; at!: Date; note!: string | null; extra!: number; }
const query = z.object({ q: z.string() });
type Query = z.infer<typeof query>;
declare function given<T>(): T;
export class Service {
`;

const fitting = [
  '@McpTool() a(): void {}',
  '@McpTool({ output: Dto }) a(): Dto { return given(); }',
  '@McpTool({ output: Dto }) a(): Promise<Row> { return given(); }',
  "@McpTool({ output: Dto }) async a() { return { id: 1, at: '' }; }",
  '@McpTool({ output: [Dto] }) a() { return of([] as Row[]); }',
  '@McpTool({ output: Dto }) async *a(): AsyncGenerator<number> { yield 1; }',
  '@McpTool({ output: Dto }) a(): unknown { return 1; }',
  "@McpTool({ output: String }) a(): string { return ''; }",
  "@McpTool({ output: { type: 'object' } }) a(): number { return 1; }",
  '@McpTool({ output: false }) a(): number { return 1; }',
  '@McpTool({ input: query, output: query }) a(input: Query): Query { return input; }',
  '@McpTool({ input: query }) a(input: Query, context: McpContext) { return [input, context]; }',
  "@McpTool({ input: Dto }) a(@McpParam('id') id: number) { return id; }",
  '@McpTool({ input: Dto }) private a(input: { id: number }) { return input; }',
  '@(applyDecorators(McpTool({ output: Dto }))) a(): Dto { return given(); }',
];

const unfitting = [
  '@McpTool({ output: Dto }) a(): number { return 1; }',
  '@McpTool({ output: Dto }) a(): Promise<{ id: string }> { return given(); }',
  '@McpTool({ output: [Dto] }) a(): Dto { return given(); }',
  '@McpTool({ output: query }) a(): { q: number } { return given(); }',
  '@McpTool({ input: query }) a(input: { other: number }) { return input; }',
  '@McpTool({ input: Dto }) a(input: { no: number }, context: McpContext) { return [input, context]; }',
];

describe('TypeScript', () => {
  let taken: Record<string, boolean>;

  beforeAll(() => {
    taken = verdicts([...fitting, ...unfitting], prelude, '\n}\n');
  }, 60_000);

  it.each(fitting)(
    'accepts a method whose input and output match in their JSON form: %s',
    (method) => {
      expect(taken[method]).toBe(true);
    },
  );

  it.each(unfitting)('refuses a method whose types do not match: %s', (method) => {
    expect(taken[method]).toBe(false);
  });
});
