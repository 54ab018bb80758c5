import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { declaredNames } from './declared-names.js';
import { sectionsOf } from './page-sections.js';

const root = join(import.meta.dirname, '../..');

/** What a user writes or reads, the page whose reference has it, and the file that declares it. */
const described: readonly [name: string, page: string, file: string][] = [
  ['McpAuth', 'authorization', 'sessions/mcp-auth.ts'],
  ['JwtOptions', 'authorization', 'auth/jwt.ts'],
  ['IntrospectionOptions', 'authorization', 'auth/introspection.ts'],
  ['McpToolsSelection', 'controllers', 'tools/mcp-tools.decorator.ts'],
  ['McpRouteSelection', 'controllers', 'tools/exposed-routes.ts'],
  ['McpInspectorOptions', 'inspector', 'inspector/inspector.options.ts'],
  ['McpSamplingRequest', 'interaction', 'context/mcp-interaction.ts'],
  ['McpCallEvent', 'observability', 'engine/call-event.ts'],
  ['OpenTelemetryOptions', 'observability', 'telemetry/telemetry.options.ts'],
  ['McpToolView', 'protocol', 'primitives/app-view.ts'],
  ['McpAppSettings', 'protocol', 'primitives/app-view.ts'],
  ['McpCacheHint', 'protocol', 'primitives/cache-hint.ts'],
  ['RedisBackplaneOptions', 'scaling', 'redis/redis-backplane.ts'],
  ['McpTestClientOptions', 'testing', 'testing/test-client.options.ts'],
  ['McpTestContextOptions', 'testing', 'testing/create-mcp-context.ts'],
  ['McpAssaultOptions', 'testing', 'testing/assault-tools.ts'],
  ['McpTestClient', 'testing', 'testing/mcp-test-client.ts'],
  ['McpContext', 'guide/context', 'context/mcp-context.ts'],
  ['McpParamOptions', 'guide/input', 'context/mcp-params.decorator.ts'],
  ['McpResourceOptions', 'guide/resources', 'resources/mcp-resource.decorator.ts'],
  ['McpPrimitives', 'guide/run-time', 'server/mcp-server-ref.ts'],
  ['McpServerRef', 'guide/run-time', 'server/mcp-server-ref.ts'],
  ['McpSkillOptions', 'guide/skills', 'skills/mcp-skill.decorator.ts'],
  ['StdioOptions', 'guide/stdio', 'transports/stdio/stdio.entry.ts'],
  ['McpPrimitiveOptions', 'guide/tools', 'primitives/mcp.primitive.ts'],
  ['McpToolOptions', 'guide/tools', 'tools/mcp-tool.decorator.ts'],
  ['McpToolAnnotations', 'guide/tools', 'tools/mcp-tool.decorator.ts'],
  ['McpGroupOptions', 'guide/tools', 'primitives/primitive.metadata.ts'],
];

/** The text below "Reference". */
function referenceOf(page: string): string {
  const markdown = readFileSync(join(root, `docs/${page}.md`), 'utf8');
  return sectionsOf({ markdown }).get('Reference') ?? '';
}

describe('The reference', () => {
  it.each(described)('has every name of %s (docs/%s.md)', (name, page, file) => {
    const names = declaredNames(root, name, file);
    expect(names.length).toBeGreaterThan(1);
    const code = [...referenceOf(page).matchAll(/`[^`]+`/g)].join(' ');
    expect(names.filter((one) => !new RegExp(`\\b${one}\\b`).test(code))).toEqual([]);
  });
});
