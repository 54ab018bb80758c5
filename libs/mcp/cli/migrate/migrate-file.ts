import { migrateContexts } from './context.calls.js';
import { migrateMethods } from './declared.methods.js';
import { FileImports, oldPackage } from './file.imports.js';
import { migrateModules } from './module.options.js';
import { isTypeScript, SourceFile, type Finding } from './source.file.js';

/** The result of migrating one file. */
export interface MigratedFile {
  /** The new text, or the old one if nothing changed. */
  readonly text: string;
  /** Decorated methods and modules that were converted. */
  readonly converted: number;
  readonly findings: readonly Finding[];
}

const advice: Readonly<Record<string, string>> = {
  McpRegistryService:
    'primitives at run time are added to a server reference: `@InjectMcpServer() server: McpServerRef`, `server.tools.add({ … })`.',
  McpAuthModule:
    'this package is a resource server only: keep the authorization server, and check its tokens by `auth: { verifier: jwt({ … }) }`.',
  McpAuthJwtGuard: 'tokens are checked by `auth: { verifier: jwt({ … }) }` of the module.',
  StreamableHttpTransport: 'see `streamableHttp({ … })`.',
  StdioTransport: 'see `stdio()`.',
  MCP_STRATEGY: 'see `@InjectMcpServer()`.',
  ToolScopes:
    'it is used outside of a list of decorators: nothing applies it any more. Say `scopes` in the declarations.',
};

/** Names that are only left where another finding explains why. */
const hasOwnFinding = new Set([
  'Tool',
  'Resource',
  'ResourceTemplate',
  'Prompt',
  'McpModule',
  'McpStrategy',
  'ToolGuards',
  'ToolRoles',
]);

/** Converts one file that uses `@rekog/mcp-nest`. A file that cannot be parsed is unchanged. */
export function migrateFile(text: string): MigratedFile {
  let file: SourceFile;
  try {
    file = new SourceFile(text);
  } catch (error) {
    return unchanged(text, `It cannot be parsed: ${(error as Error).message}`);
  }
  const imports = new FileImports(file);
  for (const node of file.syntax.program.body) {
    if (node.type === 'ImportDeclaration' && node.source.value === `${oldPackage}-auth`) {
      file.leave(node, advice.McpAuthModule!);
    }
  }
  migrateContexts(file, imports);
  const converted = migrateMethods(file, imports) + migrateModules(file, imports);
  for (const name of imports.write()) {
    if (hasOwnFinding.has(name)) continue;
    file.leave(
      imports.placeOf(name),
      `${name} of ${oldPackage} has no counterpart: ${advice[name] ?? 'see the page on migrating.'}`,
    );
  }
  const written = file.edits.toString();
  if (!isTypeScript(written)) return unchanged(text, 'It could not be converted.');
  return { text: written, converted, findings: file.findings.toSorted((a, b) => a.line - b.line) };
}

function unchanged(text: string, problem: string): MigratedFile {
  return { text, converted: 0, findings: [{ line: 1, text: problem, isNote: false }] };
}
