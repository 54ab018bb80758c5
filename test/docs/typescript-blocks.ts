import { dirname, join } from 'node:path';
import ts from 'typescript';
import type { CodeBlock } from './code-blocks.js';

/**
 * Type-checks blocks with the compiler options of the project, in memory, as files of one folder per page.
 * A block whose first line is a comment with a file name (`// src/app.module.ts`) is that file, so that later
 * blocks can import it. Gives one line per error, at its place in the page.
 */
export function typeErrorsOf(root: string, blocks: readonly CodeBlock[]): string[] {
  const files = new Map(blocks.map((block) => [fileOf(root, block), block]));
  const options = {
    ...projectOptions(root),
    noEmit: true,
    moduleDetection: ts.ModuleDetectionKind.Force,
  };
  const names = [...files.keys()];
  return diagnosticsOf(ts.createProgram(names, options, hostOf(files, options)), names).map(
    (diagnostic) => describe(diagnostic, diagnostic.file && files.get(diagnostic.file.fileName)),
  );
}

/** What the compiler says about some files of a program. The sources of the library are checked by `npm run typecheck`. */
export function diagnosticsOf(
  program: ts.Program,
  names: readonly string[],
): readonly ts.Diagnostic[] {
  return ts.sortAndDeduplicateDiagnostics(
    names.flatMap((name) => ts.getPreEmitDiagnostics(program, program.getSourceFile(name))),
  );
}

function fileOf(root: string, block: CodeBlock): string {
  return join(root, 'test/docs/pages', block.page, fileNameOf(block));
}

/** The file that a block is, from the folder of its page. */
export function fileNameOf({ line, code }: CodeBlock): string {
  const named = /^\/\/ (?<name>[\w./-]+\.ts)\n/.exec(code)?.groups?.['name'];
  return named ?? `block-${line}.ts`;
}

/** A block with what its prelude puts around it. */
export function textOf({ before, code, after }: CodeBlock): string {
  return before + code + after;
}

function projectOptions(root: string): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (file) =>
    ts.sys.readFile(file),
  );
  const { incremental: _incremental, ...options } = ts.parseJsonConfigFileContent(
    config,
    ts.sys,
    root,
  ).options;
  return options;
}

function hostOf(
  files: ReadonlyMap<string, CodeBlock>,
  options: ts.CompilerOptions,
): ts.CompilerHost {
  const folders = new Set([...files.keys()].flatMap(foldersOf));
  const disk = ts.createCompilerHost(options);
  const host = ts.createCompilerHost(options);
  host.fileExists = (name) => files.has(name) || disk.fileExists(name);
  host.directoryExists = (name) => folders.has(name) || ts.sys.directoryExists(name);
  host.readFile = (name) => {
    const block = files.get(name);
    return block === undefined ? disk.readFile(name) : textOf(block);
  };
  return host;
}

function foldersOf(file: string): string[] {
  const folder = dirname(file);
  return folder === file ? [] : [folder, ...foldersOf(folder)];
}

function describe(diagnostic: ts.Diagnostic, block: CodeBlock | undefined): string {
  const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ');
  const where =
    block && diagnostic.file
      ? `${block.page}:${lineInPage(block, diagnostic.file, diagnostic.start ?? 0)}`
      : (diagnostic.file?.fileName ?? 'typescript');
  return `${where} TS${diagnostic.code}: ${message}`;
}

function lineInPage({ line, before }: CodeBlock, file: ts.SourceFile, position: number): number {
  return line + file.getLineAndCharacterOfPosition(position).line - before.split('\n').length + 1;
}
