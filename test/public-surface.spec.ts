import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Every door of the package and the names behind it, types included. A name more or less is a release note. */
const surface: Readonly<Record<string, readonly string[]>> = {
  'nestjs-mcp': [
    'BearerAuthGuard',
    'EventStore',
    'HostOriginGuard',
    'InjectMcpServer',
    'IntrospectionOptions',
    'InvalidInputException',
    'JsonSchema',
    'JwtOptions',
    'McpAnnotations',
    'McpAnswer',
    'McpAppSettings',
    'McpAuth',
    'McpAuthOptions',
    'McpBackplane',
    'McpBackplaneBudget',
    'McpBackplaneCounter',
    'McpBackplaneEntry',
    'McpBackplaneLink',
    'McpBackplaneLogOptions',
    'McpBackplaneMember',
    'McpBackplaneRecordOptions',
    'McpCacheHint',
    'McpCallEvent',
    'McpCallObserver',
    'McpCallOutcome',
    'McpClientCapability',
    'McpClientInfo',
    'McpClientLog',
    'McpCompletion',
    'McpCompletionOptions',
    'McpCompletionTarget',
    'McpConfigurationError',
    'McpContent',
    'McpContext',
    'McpCtx',
    'McpEra',
    'McpException',
    'McpExecutionContext',
    'McpGroup',
    'McpGroupOptions',
    'McpIcon',
    'McpLimits',
    'McpModule',
    'McpModuleAsyncOptions',
    'McpModuleOptions',
    'McpModuleShape',
    'McpObserveOptions',
    'McpOptionsFactory',
    'McpParam',
    'McpParamOptions',
    'McpPrimitiveInfo',
    'McpPrimitiveOptions',
    'McpPrimitives',
    'McpPrompt',
    'McpPromptDefinition',
    'McpPromptMessage',
    'McpPromptOptions',
    'McpPromptResult',
    'McpQuestionOptions',
    'McpResource',
    'McpResourceContents',
    'McpResourceDefinition',
    'McpResourceOptions',
    'McpRoot',
    'McpRouteSelection',
    'McpRouteVerb',
    'McpRuntimeHandler',
    'McpSamplingMessage',
    'McpSamplingRequest',
    'McpSamplingResult',
    'McpSchemaOptions',
    'McpServerCardOptions',
    'McpServerCounts',
    'McpServerOptions',
    'McpServerRef',
    'McpSessionOptions',
    'McpSessionRef',
    'McpSkill',
    'McpSkillFolder',
    'McpSkillOptions',
    'McpTask',
    'McpTaskOptions',
    'McpTaskStatus',
    'McpTaskStore',
    'McpTelemetry',
    'McpTool',
    'McpToolAnnotations',
    'McpToolDecorator',
    'McpToolDefinition',
    'McpToolOptions',
    'McpToolResult',
    'McpToolView',
    'McpTools',
    'McpToolsSelection',
    'McpTransport',
    'McpValidationOptions',
    'McpVisibility',
    'SchemaSource',
    'SseOptions',
    'StaticToken',
    'StdioOptions',
    'StreamableHttpOptions',
    'TokenVerifier',
    'assistant',
    'audio',
    'embedded',
    'getMcpServerToken',
    'image',
    'introspection',
    'isMcpCall',
    'isMcpRoute',
    'jwt',
    'resourceLink',
    'sse',
    'staticTokens',
    'stdio',
    'streamableHttp',
    'text',
    'user',
  ],
  'nestjs-mcp/health': ['McpHealthIndicator'],
  'nestjs-mcp/inspector': ['McpInspectorModule', 'McpInspectorOptions'],
  'nestjs-mcp/redis': [
    'IoredisClient',
    'NodeRedisClient',
    'RedisBackplaneOptions',
    'redisBackplane',
  ],
  'nestjs-mcp/telemetry': ['OpenTelemetryOptions', 'openTelemetry'],
  'nestjs-mcp/testing': [
    'CatalogChange',
    'CatalogEntry',
    'McpAssaultCounts',
    'McpAssaultFailure',
    'McpAssaultOptions',
    'McpAssaultReport',
    'McpCatalog',
    'McpTestAnswer',
    'McpTestAnswered',
    'McpTestAnswerer',
    'McpTestAnswers',
    'McpTestClient',
    'McpTestClientOptions',
    'McpTestCompletion',
    'McpTestContext',
    'McpTestContextOptions',
    'McpTestDefinition',
    'McpTestError',
    'McpTestLogLine',
    'McpTestNotification',
    'McpTestProgress',
    'McpTestPromptResult',
    'McpTestQuestion',
    'McpTestRecords',
    'McpTestReference',
    'McpTestRequestOptions',
    'McpTestResourceResult',
    'McpTestTool',
    'McpTestToolResult',
    'assaultTools',
    'compareCatalogs',
    'createMcpContext',
  ],
};

const manifest = JSON.parse(readFileSync(join(root, 'libs/mcp/package.json'), 'utf8')) as {
  exports: Record<string, unknown>;
};
const doors = Object.keys(manifest.exports)
  .filter((path) => path !== './package.json')
  .map((path) => ({
    door: path.replace('.', 'nestjs-mcp'),
    file: join(root, 'libs/mcp/src', path, 'index.ts'),
  }));

const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (file) => ts.sys.readFile(file));
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
const program = ts.createProgram(
  doors.map(({ file }) => file),
  { ...options, noEmit: true },
);
const checker = program.getTypeChecker();

interface Export {
  readonly name: string;
  readonly symbol: ts.Symbol;
}

function exportsOf(file: string): Export[] {
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`${file} exports nothing.`);
  return checker.getExportsOfModule(module).map((symbol) => ({
    name: symbol.name,
    symbol: symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol,
  }));
}

/** Paths of members by which a type leads to a declaration of an MCP SDK. */
function sdkTypesOf({ name, symbol }: Export): string[] {
  const seen = new Set<ts.Symbol | ts.Type>();
  const found: string[] = [];

  const visitSymbol = (part: ts.Symbol, path: string): void => {
    if (seen.has(part)) return;
    seen.add(part);
    if (part.declarations === undefined) return;
    if (part.flags & ts.SymbolFlags.Type) visitType(checker.getDeclaredTypeOfSymbol(part), path);
    if (part.flags & ts.SymbolFlags.Value) visitType(checker.getTypeOfSymbol(part), path);
  };

  const visitType = (type: ts.Type, path: string): void => {
    if (seen.has(type)) return;
    seen.add(type);
    for (const argument of [...(type.aliasTypeArguments ?? []), ...typeArgumentsOf(type)])
      visitType(argument, path);
    if (type.isUnionOrIntersection()) for (const part of type.types) visitType(part, path);
    const files = [type.symbol, type.aliasSymbol]
      .flatMap((part) => part?.declarations ?? [])
      .map((declaration) => declaration.getSourceFile().fileName);
    if (files.some((file) => file.includes('/@modelcontextprotocol/'))) {
      found.push(`${path}: ${checker.typeToString(type)}`);
      return;
    }
    if (files.some((file) => file.includes('/node_modules/'))) return;
    for (const property of type.getProperties()) {
      if (isInternal(property)) continue;
      visitSymbol(property, `${path}.${property.name}`);
    }
    for (const signature of [...type.getCallSignatures(), ...type.getConstructSignatures()]) {
      visitType(signature.getReturnType(), `${path}()`);
      for (const parameter of signature.getParameters())
        visitType(checker.getTypeOfSymbol(parameter), `${path}(${parameter.name})`);
    }
  };

  visitSymbol(symbol, name);
  return found;
}

function typeArgumentsOf(type: ts.Type): readonly ts.Type[] {
  return 'target' in type ? checker.getTypeArguments(type as ts.TypeReference) : [];
}

function isInternal(property: ts.Symbol): boolean {
  return (property.declarations ?? []).some(
    (declaration) => ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Private,
  );
}

describe('the public surface', () => {
  it('has the entry points that package.json declares', () => {
    expect(doors.map(({ door }) => door)).toEqual(Object.keys(surface));
  });

  it.each(doors)('of $door exports exactly the names on the list', ({ door, file }) => {
    const names = exportsOf(file).map(({ name }) => name);
    expect(names.toSorted()).toEqual(surface[door]);
  });

  it.each(doors)('of $door has a doc comment on every name', ({ file }) => {
    const silent = exportsOf(file).filter(
      ({ symbol }) => symbol.getDocumentationComment(checker).length === 0,
    );
    expect(silent.map(({ name }) => name)).toEqual([]);
  });

  it.each(doors)('of $door exposes no type of an MCP SDK', ({ file }) => {
    expect(exportsOf(file).flatMap(sdkTypesOf)).toEqual([]);
  });
});
