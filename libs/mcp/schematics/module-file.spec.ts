import { ModuleFile } from './module-file.js';

const element = "McpModule.forRoot({ name: 'shop' })";

function added(text: string): string {
  const file = new ModuleFile('src/app.module.ts', text);
  file.addToMetadata('imports', element);
  file.addImport('McpModule', 'nestjs-mcp');
  return file.text;
}

const head = `import { Module } from '@nestjs/common';\nimport { McpModule } from 'nestjs-mcp';\n`;

describe('An import into a module file', () => {
  const cases: [string, string, string][] = [
    ['an empty list', 'imports: [],', `imports: [${element}],`],
    ['a list in one line', 'imports: [A],', `imports: [A, ${element}],`],
    [
      'a list of several lines, with comments',
      'imports: [\n    A, // first\n    // B,\n  ],',
      `imports: [\n    A, // first\n    // B,\n    ${element},\n  ],`,
    ],
    [
      'a list without a trailing comma',
      'imports: [\n    A, B // last\n  ]',
      `imports: [\n    A, B, // last\n    ${element}\n  ]`,
    ],
    ['a list with a comment only', 'imports: [/* none */],', `imports: [/* none */${element}],`],
    [
      'a list that grows too long for its line',
      'imports: [FirstFeatureModule, SecondFeatureModule],',
      `imports: [\n    FirstFeatureModule,\n    SecondFeatureModule,\n    ${element},\n  ],`,
    ],
    ['a list that is made elsewhere', 'imports: shared,', `imports: [...shared, ${element}],`],
    ['a key in quotes', "'imports': [],", `'imports': [${element}],`],
    [
      'no list',
      'providers: [Store], // kept',
      `imports: [${element}],\n  providers: [Store], // kept`,
    ],
  ];

  it.each(cases)('is added to %s', (_, before, after) => {
    const rest = '})\nexport class AppModule {}\n';
    expect(
      added(`import { Module } from '@nestjs/common';\n\n@Module({\n  ${before}\n${rest}`),
    ).toBe(`${head}\n@Module({\n  ${after}\n${rest}`);
  });

  it('is added to metadata that is empty or on one line', () => {
    expect(added("import { Module } from '@nestjs/common';\n@Module({})\nclass App {}\n")).toBe(
      `${head}@Module({\n  imports: [${element}],\n})\nclass App {}\n`,
    );
    expect(
      added("import { Module } from '@nestjs/common';\n@Module({ providers: [] })\nclass App {}\n"),
    ).toBe(`${head}@Module({ imports: [${element}], providers: [] })\nclass App {}\n`);
  });

  it('keeps line ends, quotes, missing semicolons and comments behind imports', () => {
    const before =
      'import { Module } from "@nestjs/common" // Nest\r\n\r\n@Module({\r\n\timports: [\r\n\t\tA\r\n\t]\r\n})\r\nclass App {}\r\n';
    expect(added(before)).toBe(
      `import { Module } from "@nestjs/common" // Nest\r\nimport { McpModule } from "nestjs-mcp"\r\n\r\n@Module({\r\n\timports: [\r\n\t\tA,\r\n\t\t${element}\r\n\t]\r\n})\r\nclass App {}\r\n`,
    );
  });

  it('joins the names that are imported from the package, and leaves a type import unchanged', () => {
    const rest = `\n@Module({ imports: [${element}] })\nclass App {}\n`;
    expect(added(`import { McpTool } from 'nestjs-mcp';${rest}`)).toBe(
      `import { McpTool, McpModule } from 'nestjs-mcp';${rest}`,
    );
    expect(added(`import type { McpTool } from 'nestjs-mcp';${rest}`)).toBe(
      `import type { McpTool } from 'nestjs-mcp';\nimport { McpModule } from 'nestjs-mcp';${rest}`,
    );
  });

  it('is not added twice', () => {
    const once = added('@Module({})\nexport default class App {}\n');
    expect(once).toContain(element);
    expect(added(once)).toBe(once);
  });

  it('is refused with a remedy if the metadata cannot be read', () => {
    expect(() => added('@Module(metadata)\nexport class App {}')).toThrow(
      `src/app.module.ts has no class with @Module({ … }): add ${element} to its imports by hand.`,
    );
    expect(() => added('@Module({')).toThrow('src/app.module.ts cannot be parsed: ');
  });
});
