import { toTest, type GeneratedFiles, type PrimitiveNames } from './names.js';

/** A resource of a URI template with one variable. */
export function resourceFiles(names: PrimitiveNames): GeneratedFiles {
  const { file, wire, method, className, inputName, ending } = names;
  return {
    provider: `import { Injectable } from '@nestjs/common';
import { McpResource } from 'nestjs-mcp';
import { ${inputName} } from './${file}.input${ending}';

@Injectable()
export class ${className} {
  @McpResource('${file}://{id}', {
    name: '${wire}',
    description: 'One of them, by its id.',
    mimeType: 'application/json',
  })
  ${method}({ id }: ${inputName}): { id: string } {
    return { id };
  }
}
`,
    input: `import { IsNotEmpty, IsString } from 'class-validator';

export class ${inputName} {
  @IsString()
  @IsNotEmpty()
  id!: string;
}
`,
    test: toTest(
      'resource',
      names,
      `
  it('is read', async () => {
    const answer = await client.readResource('${file}://42');
    expect(JSON.parse(answer.text)).toEqual({ id: '42' });
  });
`,
    ),
  };
}
