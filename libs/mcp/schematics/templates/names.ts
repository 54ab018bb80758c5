/** The names of a generated primitive in its files. */
export interface PrimitiveNames {
  /** `find-orders`: the name of the files and their folder. */
  readonly file: string;
  /** `find_orders`: the name for clients. */
  readonly wire: string;
  /** `findOrders`: the name of the method. */
  readonly method: string;
  /** `FindOrdersTool`: the name of the provider. */
  readonly className: string;
  /** `FindOrdersInput`: the name of the DTO. */
  readonly inputName: string;
  /** `skills/find-orders`: the folder of a skill, from the root of the workspace on. */
  readonly skillFolder: string;
  /** The ending of relative imports: `.js` or nothing. */
  readonly ending: string;
}

/** The texts of the files of a generated primitive. */
export interface GeneratedFiles {
  readonly provider: string;
  readonly input?: string;
  readonly test: string;
  /** Files outside the provider's folder, by path. */
  readonly elsewhere?: Readonly<Record<string, string>>;
}

/** Derives all names from the one that the user gave. Throws an `Error` if it does not begin with a letter. */
export function toNames(
  given: string,
  kind: string,
): Omit<PrimitiveNames, 'ending' | 'skillFolder'> {
  const words = given
    .replaceAll(/([a-z\d])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '');
  if (!/^[a-z]/.test(words[0] ?? '')) {
    throw new Error(`The name of a ${kind} begins with a letter: "${given}" does not.`);
  }
  const pascal = words.map(capitalize).join('');
  return {
    file: words.join('-'),
    wire: words.join('_'),
    method: `${pascal.charAt(0).toLowerCase()}${pascal.slice(1)}`,
    className: `${pascal}${capitalize(kind)}`,
    inputName: `${pascal}Input`,
  };
}

/** The test file of a generated primitive: its body is indented by two blanks. */
export function toTest(kind: string, { className, file, ending }: PrimitiveNames, body: string) {
  return `import { Test, type TestingModule } from '@nestjs/testing';
import { McpModule } from 'nestjs-mcp';
import { McpTestClient } from 'nestjs-mcp/testing';
import { ${className} } from './${file}.${kind}${ending}';

describe('${className}', () => {
  let moduleRef: TestingModule;
  let client: McpTestClient;

  beforeAll(async () => {
    moduleRef = await Test.createTestingModule({
      imports: [McpModule.forRoot({ name: 'test', version: '1.0.0' })],
      providers: [${className}],
    }).compile();
    client = await McpTestClient.connect(moduleRef);
  });

  afterAll(async () => {
    await client.close();
    await moduleRef.close();
  });
${body}});
`;
}

function capitalize(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}
