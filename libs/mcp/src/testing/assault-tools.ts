import type * as FastCheck from 'fast-check';
import { maskedIdIn } from '../errors/public-error.js';
import { compileJsonSchema } from '../schema/json-schema-validator.js';
import { lostResult } from '../tools/tool.result.js';
import { InputArbitrary } from './input-arbitrary.js';
import type { McpTestClient } from './mcp-test-client.js';
import { McpTestError } from './mcp-test.error.js';
import type { McpTestTool } from './test-requests.js';
import type { McpTestToolResult } from './test-results.js';

/** How the tools are called. */
export interface McpAssaultOptions {
  /** Calls of each tool. Default 100. */
  readonly runs?: number;
  /** The same seed draws the same inputs. Default: another one each time; the report has it. */
  readonly seed?: number;
  /** Names of the tools to call. Default: all that the caller sees. */
  readonly tools?: readonly string[];
}

/** The calls of one tool, or of all of them. */
export interface McpAssaultCounts {
  readonly calls: number;
  /** Calls with a result. */
  readonly answered: number;
  /** Calls that were refused with an error which the model can read. */
  readonly refused: number;
}

/** What is wrong with a tool, and the smallest input that shows it. */
export interface McpAssaultFailure {
  readonly tool: string;
  readonly problem: string;
  readonly input: unknown;
}

/** What came of the calls. */
export interface McpAssaultReport extends McpAssaultCounts {
  readonly seed: number;
  readonly tools: readonly ({ readonly name: string } & McpAssaultCounts)[];
  /** Empty where every tool has withstood. */
  readonly failures: readonly McpAssaultFailure[];
}

/**
 * Calls every tool that the caller sees with inputs drawn from its own schema, and mutated away from it. A tool fails that does not
 * answer in time, answers `Internal error`, or answers what its output schema does not allow. The tools really run: use it on an
 * application whose effects may be thrown away. Needs the package `fast-check`; throws `McpTestError` without it.
 */
export async function assaultTools(
  client: McpTestClient,
  options: McpAssaultOptions = {},
): Promise<McpAssaultReport> {
  const fc = await loadFastCheck();
  const { runs = 100, seed = Math.floor(Math.random() * 0x7fff_ffff) } = options;
  const tools: ({ name: string } & McpAssaultCounts)[] = [];
  const failures: McpAssaultFailure[] = [];
  for (const tool of await client.listTools()) {
    if (options.tools && !options.tools.includes(tool.name)) continue;
    // One tool after the other: a failure must name the one that failed.
    // oxlint-disable-next-line no-await-in-loop
    const { failure, ...counts } = await assault(fc, client, tool, { numRuns: runs, seed });
    tools.push({ name: tool.name, ...counts });
    if (failure) failures.push(failure);
  }
  const sum = (field: keyof McpAssaultCounts): number =>
    tools.reduce((all, counts) => all + counts[field], 0);
  return {
    seed,
    calls: sum('calls'),
    answered: sum('answered'),
    refused: sum('refused'),
    tools,
    failures,
  };
}

async function assault(
  fc: typeof FastCheck,
  client: McpTestClient,
  { name, inputSchema, outputSchema }: McpTestTool,
  settings: { numRuns: number; seed: number },
): Promise<McpAssaultCounts & { failure?: McpAssaultFailure }> {
  const counts = { calls: 0, answered: 0, refused: 0 };
  const fits = outputSchema && compileJsonSchema(outputSchema, `the output schema of ${name}`);
  const inputs = new InputArbitrary(fc, inputSchema).draw();
  const property = fc.asyncProperty(inputs, async (input) => {
    counts.calls += 1;
    const result = await client.callTool(name, toJson(input));
    counts[result.isError ? 'refused' : 'answered'] += 1;
    const problem = problemOf(result) ?? (fits && misfitOf(result, fits));
    if (problem !== undefined) throw new Error(problem);
  });
  const { failed, counterexample, errorInstance } = await fc.check(property, settings);
  if (!failed) return counts;
  const problem = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  return { ...counts, failure: { tool: name, problem, input: toJson(counterexample?.[0]) } };
}

function problemOf({ isError, text }: McpTestToolResult): string | undefined {
  if (!isError) return undefined;
  const isBroken = maskedIdIn(text) !== undefined || text.startsWith(lostResult);
  return isBroken ? `The server answered: ${text}. Its log says why.` : undefined;
}

function misfitOf(
  { isError, raw }: McpTestToolResult,
  fits: ReturnType<typeof compileJsonSchema>,
): string | undefined {
  if (isError) return undefined;
  const { issues } = fits(raw.structuredContent);
  return issues && `The result does not fit the output schema: ${JSON.stringify(issues[0])}`;
}

/** What a client can send of the input: the same on every run. */
function toJson(input: unknown): object {
  return JSON.parse(JSON.stringify(input ?? {})) as object;
}

async function loadFastCheck(): Promise<typeof FastCheck> {
  try {
    return await import('fast-check');
  } catch {
    throw new McpTestError('assaultTools needs fast-check. Install it: npm install -D fast-check');
  }
}
