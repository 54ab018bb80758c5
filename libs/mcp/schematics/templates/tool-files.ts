import { toTest, type GeneratedFiles, type PrimitiveNames } from './names.js';

/** A tool that greets. */
export function toolFiles(names: PrimitiveNames): GeneratedFiles {
  const { file, wire, method, className, inputName, ending } = names;
  return {
    provider: `import { Injectable } from '@nestjs/common';
import { McpTool } from 'nestjs-mcp';
import { ${inputName} } from './${file}.input${ending}';

@Injectable()
export class ${className} {
  @McpTool({
    name: '${wire}',
    description: 'Greets somebody. Models read here when to call it.',
  })
  ${method}({ name }: ${inputName}): { greeting: string } {
    return { greeting: \`Hello \${name}!\` };
  }
}
`,
    input: `import { IsNotEmpty, IsString } from 'class-validator';

export class ${inputName} {
  @IsString()
  @IsNotEmpty()
  name!: string;
}
`,
    test: toTest(
      'tool',
      names,
      `
  it('answers a call', async () => {
    const answer = await client.callTool('${wire}', { name: 'Ada' });
    expect(answer.structured).toEqual({ greeting: 'Hello Ada!' });
  });

  it('refuses input that does not fit', async () => {
    const answer = await client.callTool('${wire}', { name: '' });
    expect(answer.isError).toBe(true);
    expect(answer.text).toContain('name');
  });
`,
    ),
  };
}
