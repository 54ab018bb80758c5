import type * as FastCheck from 'fast-check';
import { maskedIdIn } from '../errors/public-error.js';
import { compileJsonSchema } from '../schema/json-schema-validator.js';
import { lostResult } from '../tools/tool.result.js';
import { InputArbitrary } from './input-arbitrary.js';
import type { McpTestClient } from './mcp-test-client.js';
import { McpTestError } from './mcp-test.error.js';
import type { McpTestTool } from './test-requests.js';
import type { McpTestToolResult } from './test-results.js';

/** Options of `assaultTools()`. */
export interface McpAssaultOptions {
  /** The number of calls of each tool. Default 100. */
  readonly runs?: number;
  /**
   * The seed of the inputs: the same seed generates the same inputs. Default: a random one, which the report contains.
   */
  readonly seed?: number;
  /** Names of the tools to call. Default: all tools that the caller sees. */
  readonly tools?: readonly string[];
}

/** The number of calls of one tool, or of all tools. */
export interface McpAssaultCounts {
  readonly calls: number;
  /** Calls with a result. */
  readonly answered: number;
  /** Calls that were refused with an error that the model can read. */
  readonly refused: number;
}

/** A failure of a tool, with the smallest input that reproduces it. */
export interface McpAssaultFailure {
  readonly tool: string;
  readonly problem: string;
  readonly input: unknown;
}

/** The result of all calls. */
export interface McpAssaultReport extends McpAssaultCounts {
  readonly seed: number;
  readonly tools: readonly ({ readonly name: string } & McpAssaultCounts)[];
  /** Empty if no tool has failed. */
  readonly failures: readonly McpAssaultFailure[];
}

/**
 * Calls every tool that the caller sees with inputs generated from its own schema and with mutations of them. A tool
 * fails if it does not answer in time, answers `Internal error`, or answers what its output schema does not allow. The
 * tools really run: use an application whose data may be lost. Needs the package `fast-check`; throws `McpTestError`
 * without it.
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
    // Tools are called one after the other, so that a failure can be attributed to one.
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

/** The input in its JSON form, the same on every run. */
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
