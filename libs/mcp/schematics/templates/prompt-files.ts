import { toTest, type GeneratedFiles, type PrimitiveNames } from './names.js';

/** A prompt with one argument. */
export function promptFiles(names: PrimitiveNames): GeneratedFiles {
  const { file, wire, method, className, inputName, ending } = names;
  return {
    provider: `import { Injectable } from '@nestjs/common';
import { McpPrompt } from 'nestjs-mcp';
import { ${inputName} } from './${file}.input${ending}';

@Injectable()
export class ${className} {
  @McpPrompt({
    name: '${wire}',
    description: 'Asks the model for a summary.',
  })
  ${method}({ topic }: ${inputName}): string {
    return \`Summarize what you know about \${topic}.\`;
  }
}
`,
    input: `import { IsNotEmpty, IsString } from 'class-validator';

export class ${inputName} {
  @IsString()
  @IsNotEmpty()
  topic!: string;
}
`,
    test: toTest(
      'prompt',
      names,
      `
  it('gives its messages', async () => {
    const answer = await client.getPrompt('${wire}', { topic: 'tests' });
    expect(answer.text).toContain('about tests');
  });
`,
    ),
  };
}
