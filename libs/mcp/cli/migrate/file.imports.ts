import type { Identifier, ImportDeclaration, ImportSpecifier, Node } from '@babel/types';
import { endOf, nodesOf, startOf, type SourceFile } from './source.file.js';

interface Binding {
  readonly module: string;
  readonly imported: string;
  readonly local: string;
  readonly declaration: ImportDeclaration;
  readonly specifier: ImportSpecifier;
}

/** The package to migrate from. */
export const oldPackage = '@rekog/mcp-nest';

const microservices = '@nestjs/microservices';

/** A file's imports of the old package, and their conversion to imports of the new one. */
export class FileImports {
  private readonly bindings = new Map<string, Binding>();
  private readonly converted = new Set<Node>();
  private readonly wanted = new Map<string, Map<string, string>>();
  private readonly taken: ReadonlyMap<string, string | undefined>;

  constructor(private readonly file: SourceFile) {
    for (const declaration of file.syntax.program.body) {
      if (declaration.type !== 'ImportDeclaration') continue;
      const module = declaration.source.value;
      if (module !== microservices && !isOld(module)) continue;
      for (const specifier of declaration.specifiers) {
        if (specifier.type !== 'ImportSpecifier') continue;
        const imported =
          specifier.imported.type === 'Identifier'
            ? specifier.imported.name
            : specifier.imported.value;
        const local = specifier.local.name;
        this.bindings.set(local, { module, imported, local, declaration, specifier });
      }
    }
    this.taken = namesDeclaredIn(file, new Set(this.bindings.keys()));
  }

  /**
   * The name in the old package (or Nest's microservices) of the import that a node refers to; `undefined` if it refers
   * to something else.
   */
  importedName(node: Node | null | undefined): string | undefined {
    return node?.type === 'Identifier' ? this.bindings.get(node.name)?.imported : undefined;
  }

  /** Replaces a reference to the old package by one to `name` of `module`. */
  convert(reference: Identifier, name: string, module = 'nestjs-mcp'): void {
    const local = this.want(name, module, this.bindings.get(reference.name));
    if (local !== reference.name) {
      const { typeAnnotation } = reference;
      const end = typeAnnotation ? startOf(typeAnnotation) : endOf(reference);
      this.file.edits.overwrite(startOf(reference), end, local);
    }
    this.converted.add(reference);
  }

  /** Records that a reference was removed with its surroundings. */
  drop(reference: Node): void {
    for (const node of nodesOf(reference)) this.converted.add(node);
  }

  /** Whether a reference needs no further conversion. */
  isConverted(reference: Node): boolean {
    return this.converted.has(reference);
  }

  /** Imports `name` of `module`; returns its local name in the file. */
  want(name: string, module = 'nestjs-mcp', old?: Binding): string {
    const names = this.wanted.get(module) ?? new Map<string, string>();
    this.wanted.set(module, names);
    const isAliased = old !== undefined && old.local !== old.imported;
    const isTaken = this.taken.has(name) && this.taken.get(name) !== module;
    const free = isTaken ? (old?.local ?? `Nest${name}`) : name;
    const local = names.get(name) ?? (isAliased ? old.local : free);
    names.set(name, local);
    return local;
  }

  /**
   * Writes the imports; call it once, after all references are converted. Returns the names still imported from the old
   * package.
   */
  write(): Set<string> {
    const left = this.stillUsed();
    const declarations = new Set([...this.bindings.values()].map(({ declaration }) => declaration));
    for (const declaration of declarations) this.writeDeclaration(declaration, left);
    this.addMissing();
    return new Set(
      [...this.bindings.values()]
        .filter(({ module, local }) => isOld(module) && left.has(local))
        .map(({ imported }) => imported),
    );
  }

  /** The first remaining use of a name of the old package. */
  placeOf(imported: string): Node {
    const { local, declaration } = [...this.bindings.values()].find(
      (binding) => binding.imported === imported,
    )!;
    return this.references().find((node) => node.name === local) ?? declaration;
  }

  private writeDeclaration(declaration: ImportDeclaration, left: ReadonlySet<string>): void {
    const isOwn = isOld(declaration.source.value);
    const gone = new Set<Node>(
      declaration.specifiers.filter(
        ({ local }) =>
          this.bindings.has(local.name) &&
          !left.has(local.name) &&
          (isOwn || this.hasConverted(local.name)),
      ),
    );
    if (gone.size < declaration.specifiers.length) {
      this.file.removeFrom(declaration.specifiers, gone);
      return;
    }
    if (gone.size === 0) return;
    const own = isOwn ? this.importLine('nestjs-mcp', declaration) : undefined;
    if (own === undefined) this.file.removeLine(declaration);
    else this.file.replace(declaration, own);
  }

  private addMissing(): void {
    for (const [module, names] of this.wanted) {
      if (names.size === 0) continue;
      const existing = this.file.syntax.program.body.find(
        (node): node is ImportDeclaration =>
          node.type === 'ImportDeclaration' &&
          node.source.value === module &&
          node.importKind !== 'type' &&
          node.specifiers.some(({ type }) => type === 'ImportSpecifier'),
      );
      const last = existing?.specifiers.at(-1);
      if (existing !== undefined && last !== undefined) {
        const known = new Set(existing.specifiers.map(({ local }) => local.name));
        const missing = [...names].filter(([, local]) => !known.has(local)).map(specifierOf);
        if (missing.length > 0) this.file.insertAfter(last, `, ${missing.join(', ')}`);
        continue;
      }
      const first = [...this.bindings.values()].find((binding) => isOld(binding.module));
      if (first === undefined) continue;
      const line = this.importLine(module, first.declaration);
      if (line !== undefined) this.file.insertBefore(first.declaration, `${line}\n`);
    }
  }

  /** The import of all required names of a module, in the style of `like`. */
  private importLine(module: string, like: ImportDeclaration): string | undefined {
    const names = [...(this.wanted.get(module) ?? [])].toSorted(([a], [b]) => (a < b ? -1 : 1));
    this.wanted.delete(module);
    if (names.length === 0) return undefined;
    const quote = this.file.text[startOf(like.source)] ?? "'";
    const semicolon = this.file.textOf(like).endsWith(';') ? ';' : '';
    return `import { ${names.map(specifierOf).join(', ')} } from ${quote}${module}${quote}${semicolon}`;
  }

  private stillUsed(): Set<string> {
    return new Set(
      this.references()
        .filter((node) => !this.converted.has(node))
        .map(({ name }) => name),
    );
  }

  private hasConverted(local: string): boolean {
    return this.references().some((node) => node.name === local && this.converted.has(node));
  }

  private references(): Identifier[] {
    return referencesIn(this.file).filter(({ name }) => this.bindings.has(name));
  }
}

function isOld(module: string): boolean {
  return module === oldPackage || module.startsWith(`${oldPackage}/`);
}

function specifierOf([name, local]: [name: string, local: string]): string {
  return name === local ? name : `${name} as ${local}`;
}

/** The identifiers of a file that may refer to an import; keys and members of objects are not among them. */
function referencesIn({ syntax }: SourceFile): Identifier[] {
  const others = new Set<Node>();
  const found: Identifier[] = [];
  for (const node of nodesOf(syntax.program, ({ type }) => type !== 'ImportDeclaration')) {
    if ('computed' in node && node.computed !== true) {
      if ('property' in node && node.property !== null) others.add(node.property);
      if ('key' in node && !('shorthand' in node && node.shorthand)) others.add(node.key);
    }
    if (node.type === 'TSQualifiedName') others.add(node.right);
    if (node.type === 'Identifier' && !others.has(node)) found.push(node);
  }
  return found;
}

/** The top-level names that a file declares or imports, other than those of the old package, with the module of each. */
function namesDeclaredIn(
  { syntax }: SourceFile,
  old: ReadonlySet<string>,
): ReadonlyMap<string, string | undefined> {
  const names = syntax.program.body.flatMap((statement): [string, string?][] => {
    const node =
      (statement.type === 'ExportNamedDeclaration' && statement.declaration) || statement;
    if (node.type === 'ImportDeclaration') {
      return node.specifiers.map(({ local }) => [local.name, node.source.value]);
    }
    if (node.type === 'VariableDeclaration') {
      return node.declarations.flatMap(({ id }): [string][] =>
        id.type === 'Identifier' ? [[id.name]] : [],
      );
    }
    return 'id' in node && node.id?.type === 'Identifier' ? [[node.id.name]] : [];
  });
  return new Map(names.filter(([name]) => !old.has(name)).map(([name, module]) => [name, module]));
}
