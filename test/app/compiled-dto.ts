import { before as swaggerPlugin } from '@nestjs/swagger/plugin';
import * as swagger from '@nestjs/swagger';
import * as classValidator from 'class-validator';
import ts from 'typescript';

/** A class whose properties only its source knows. */
export type CompiledDto = new () => object;

const modules: Readonly<Record<string, unknown>> = {
  '@nestjs/swagger': swagger,
  'class-validator': classValidator,
};

/** Compiles the text of a DTO file as `nest build` does with swagger's compiler plugin, and gives its exports. */
export function compileDto(source: string): Record<string, CompiledDto> {
  const file = 'compiled.dto.ts';
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.CommonJS,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    strictPropertyInitialization: false,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    noResolve: true,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const getSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (name, ...rest) =>
    name === file
      ? ts.createSourceFile(name, source, ts.ScriptTarget.ES2022, true)
      : getSourceFile(name, ...rest);
  const program = ts.createProgram([file], options, host);
  let code = '';
  program.emit(undefined, (_name, text) => void (code = text), undefined, false, {
    before: [swaggerPlugin({ introspectComments: true }, program)],
  });
  const compiled: Record<string, CompiledDto> = {};
  // oxlint-disable-next-line typescript/no-implied-eval -- a module of node:vm would have a Number and a Reflect of its own
  const load = new Function('exports', 'require', code) as (
    exported: object,
    load: (name: string) => unknown,
  ) => void;
  load(compiled, (name) => modules[name]);
  return compiled;
}
