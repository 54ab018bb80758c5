import { toTest, type GeneratedFiles, type PrimitiveNames } from './names.js';

/** A skill with its folder, which a relative path names from the root of the workspace on. */
export function skillFiles(names: PrimitiveNames): GeneratedFiles {
  const { file, className, skillFolder } = names;
  return {
    provider: `import { McpSkill } from 'nestjs-mcp';

@McpSkill('${skillFolder}')
export class ${className} {}
`,
    elsewhere: {
      [`${skillFolder}/SKILL.md`]: `---
name: ${file}
description: What this skill does, and when to use it.
---

# Steps

1. Say how the task is done with the tools of this server.
`,
    },
    test: toTest(
      'skill',
      names,
      `
  it('is served', async () => {
    const skill = await client.readResource('skill://${file}/SKILL.md');
    expect(skill.text).toContain('name: ${file}');
  });
`,
    ),
  };
}
