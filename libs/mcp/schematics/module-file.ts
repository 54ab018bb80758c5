import { statementsOf, type Statement } from './source-tree.js';

type Import = Extract<Statement, { type: 'ImportDeclaration' }>;
type Class = Extract<Statement, { type: 'ClassDeclaration' }>;
type Decorator = NonNullable<Class['decorators']>[number];
type Expression = Decorator['expression'];
type ObjectNode = Extract<Expression, { type: 'ObjectExpression' }>;
type ArrayNode = Extract<Expression, { type: 'ArrayExpression' }>;

const lineWidth = 80;

/** Adds imports and metadata to the file of a Nest module. All other text of the file is unchanged. */
export class ModuleFile {
  private readonly eol: string;

  constructor(
    readonly path: string,
    public text: string,
  ) {
    this.eol = text.includes('\r\n') ? '\r\n' : '\n';
  }

  /** Imports a name, unless the file already does. */
  addImport(name: string, from: string): void {
    const imports = this.imports();
    const same = imports.find(
      ({ source, importKind }) => source.value === from && importKind !== 'type',
    );
    const names = same?.specifiers.filter(({ type }) => type === 'ImportSpecifier') ?? [];
    if (names.some(({ local }) => local.name === name)) return;
    const lastName = names.at(-1);
    if (lastName) return this.insert(endOf(lastName), `, ${name}`);
    const last = imports.at(-1);
    const sample = last ? this.slice(last) : "import ''";
    const quote = /["']/.exec(sample)?.[0] ?? "'";
    const line = `import { ${name} } from ${quote}${from}${quote}${!last || sample.endsWith(';') ? ';' : ''}`;
    if (last) this.insert(this.endOfLine(endOf(last)), `${this.eol}${line}`);
    else this.insert(startOf(this.statements()[0]), `${line}${this.eol}${this.eol}`);
  }

  /**
   * Adds an element to a list of `@Module({ … })`, unless it is there. Throws an `Error` with a remedy if the module's
   * metadata is not an object literal.
   */
  addToMetadata(list: 'imports' | 'providers', element: string): void {
    const metadata = this.metadata(`add ${element} to its ${list}`);
    const value = metadata.properties.flatMap((property) =>
      property.type === 'ObjectProperty' && nameOf(property.key) === list ? [property.value] : [],
    )[0];
    if (!value) this.addProperty(metadata, `${list}: [${element}]`);
    else if (value.type === 'ArrayExpression') this.addElement(value, element);
    else this.replace(value, `[...${this.slice(value)}, ${element}]`);
  }

  /**
   * The ending of the file's relative imports: `.js` in ES modules of Node, else none. `undefined` if there are none.
   */
  relativeEnding(): '.js' | '' | undefined {
    const relative = this.imports().filter(({ source }) => source.value.startsWith('.'));
    if (relative.length === 0) return undefined;
    return relative.some(({ source }) => source.value.endsWith('.js')) ? '.js' : '';
  }

  private addProperty(metadata: ObjectNode, property: string): void {
    const [first] = metadata.properties;
    const open = startOf(metadata) + 1;
    if (!first) {
      const indent = this.indentAt(startOf(metadata));
      this.replace(metadata, `{${this.eol}${indent}  ${property},${this.eol}${indent}}`);
    } else if (this.text.slice(open, startOf(first)).includes('\n')) {
      this.insert(open, `${this.eol}${this.indentAt(startOf(first))}${property},`);
    } else {
      this.insert(open, ` ${property},`);
    }
  }

  private addElement(array: ArrayNode, element: string): void {
    const elements = array.elements.map((item) => (item ? this.slice(item) : ''));
    if (elements.includes(element)) return;
    const last = array.elements.at(-1);
    const close = endOf(array) - 1;
    const end = this.text.slice(0, close).trimEnd().length;
    const hasComma = last ? /^\s*,/.test(this.text.slice(endOf(last), close)) : true;
    if (this.slice(array).includes('\n')) {
      const indent = last ? this.indentAt(startOf(last)) : `${this.indentAt(startOf(array))}  `;
      const comma = last && !hasComma ? '' : ',';
      this.insert(end, `${this.eol}${indent}${element}${comma}`);
      if (last && !hasComma) this.insert(endOf(last), ',');
    } else if (this.isTooLong(array, element) && !this.slice(array).includes('/*')) {
      const indent = `${this.eol}${this.indentAt(startOf(array))}`;
      const lines = [...elements, element].map((item) => `${indent}  ${item},`);
      this.replace(array, `[${lines.join('')}${indent}]`);
    } else {
      this.insert(end, last ? `${hasComma ? '' : ','} ${element}` : element);
    }
  }

  private isTooLong(array: ArrayNode, element: string): boolean {
    const start = this.text.lastIndexOf('\n', startOf(array)) + 1;
    return this.endOfLine(endOf(array)) - start + `, ${element}`.length > lineWidth;
  }

  private metadata(todo: string): ObjectNode {
    const classes = this.statements().map((statement) =>
      statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration'
        ? statement.declaration
        : statement,
    );
    for (const statement of classes) {
      if (statement?.type !== 'ClassDeclaration') continue;
      for (const { expression } of statement.decorators ?? []) {
        if (expression.type !== 'CallExpression' || nameOf(expression.callee) !== 'Module')
          continue;
        const [argument] = expression.arguments;
        if (argument?.type === 'ObjectExpression') return argument;
      }
    }
    throw new Error(`${this.path} has no class with @Module({ … }): ${todo} by hand.`);
  }

  private statements(): Statement[] {
    return statementsOf(this.text, this.path);
  }

  private imports(): Import[] {
    return this.statements().filter((statement) => statement.type === 'ImportDeclaration');
  }

  /** The end of the line if only a comment follows on it, else the position itself. */
  private endOfLine(position: number): number {
    const rest = /^[^\r\n]*/.exec(this.text.slice(position))?.[0] ?? '';
    return /^\s*(\/\/.*|\/\*.*\*\/\s*)?$/.test(rest) ? position + rest.length : position;
  }

  private indentAt(position: number): string {
    const line = this.text.slice(this.text.lastIndexOf('\n', position - 1) + 1);
    return /^[ \t]*/.exec(line)?.[0] ?? '';
  }

  private slice(node: { start?: number | null; end?: number | null }): string {
    return this.text.slice(startOf(node), endOf(node));
  }

  private insert(position: number, text: string): void {
    this.text = this.text.slice(0, position) + text + this.text.slice(position);
  }

  private replace(node: { start?: number | null; end?: number | null }, text: string): void {
    this.text = this.text.slice(0, startOf(node)) + text + this.text.slice(endOf(node));
  }
}

function startOf(node: { start?: number | null } | undefined): number {
  return node?.start ?? 0;
}

function endOf(node: { end?: number | null }): number {
  return node.end ?? 0;
}

function nameOf(node: object): string | undefined {
  if ('name' in node && typeof node.name === 'string') return node.name;
  return 'value' in node && typeof node.value === 'string' ? node.value : undefined;
}
