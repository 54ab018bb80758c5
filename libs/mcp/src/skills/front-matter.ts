import { McpConfigurationError } from '../errors/configuration.error.js';
import { manifestName } from './skills-extension.js';

/** The front matter of a `SKILL.md` (Agent Skills specification). */
export interface SkillFrontMatter {
  readonly name: string;
  readonly description: string;
  readonly [field: string]: unknown;
}

/** A parsed `SKILL.md`: its front matter and its text. */
export interface SkillManifest {
  readonly frontMatter: SkillFrontMatter;
  readonly body: string;
}

const parts = /^\uFEFF?---[ \t]*\r?\n((?:[^\n]*\n)*?)---[ \t]*(?:\r?\n|$)/;
const legalName = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/**
 * Reads a `SKILL.md`. `path` is used in errors, `folder` is the name of its folder. Throws `McpConfigurationError` if
 * the front matter violates the Agent Skills specification.
 */
export async function readManifest(
  text: string,
  { path, folder, where }: { path: string; folder: string; where: string },
): Promise<SkillManifest> {
  const refuse = (problem: string, mend: string): never => {
    throw new McpConfigurationError(where, `${path} ${problem}.`, mend);
  };
  const found = parts.exec(text);
  if (!found) {
    return refuse('has no front matter', 'Begin it with a line ---, name, description and ---.');
  }
  const frontMatter = await parse(found[1] as string, where, refuse);
  for (const [isWrong, problem, mend] of rules(frontMatter, folder)) {
    if (isWrong) refuse(problem, mend);
  }
  return { frontMatter: frontMatter as SkillFrontMatter, body: text.slice(found[0].length) };
}

async function parse(
  source: string,
  where: string,
  refuse: (problem: string, mend: string) => never,
): Promise<Record<string, unknown>> {
  const { parseDocument } = await loadYaml(where);
  const document = parseDocument(source, { schema: 'core', prettyErrors: true });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) {
    return refuse(`has front matter that is not YAML: ${firstLine(problem.message)}`, mendYaml);
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 0 });
  } catch {
    return refuse('has an alias (*) in its front matter', 'Write the value out.');
  }
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isMap) {
    return refuse('has front matter that is no map', 'Write one "key: value" a line.');
  }
  if (!isJson(value)) {
    return refuse('has a value in its front matter that JSON cannot say', 'Write it in quotes.');
  }
  return value as Record<string, unknown>;
}

const mendYaml = 'Mend the YAML between the two lines ---.';

async function loadYaml(where: string): Promise<typeof import('yaml')> {
  try {
    return await import('yaml');
  } catch {
    throw new McpConfigurationError(
      where,
      'the package yaml, which reads the front matter of skills, is not installed.',
      'Run npm i yaml.',
    );
  }
}

type Rule = readonly [isWrong: boolean, problem: string, mend: string];

function rules(matter: Readonly<Record<string, unknown>>, folder: string): Rule[] {
  const { name, description, license, compatibility, metadata, 'allowed-tools': tools } = matter;
  return [
    [
      !isShort(name, 64) || !legalName.test(name as string),
      'has no usable name',
      'Give 1 to 64 lower-case letters and digits, with single hyphens between them.',
    ],
    [
      name !== folder,
      `is named '${String(name)}', but its folder is '${folder}'`,
      'Give both the same name.',
    ],
    [
      !isShort(description, 1024),
      'has no usable description',
      'Say in 1 to 1024 characters what the skill does and when to use it.',
    ],
    [
      license !== undefined && typeof license !== 'string',
      'has a license that is no text',
      'Write it in quotes.',
    ],
    [
      compatibility !== undefined && !isShort(compatibility, 500),
      'has a compatibility that is no text of 1 to 500 characters',
      'Shorten it, or leave it out.',
    ],
    [
      metadata !== undefined && !isTextMap(metadata),
      'has metadata that is no map of texts',
      'Write each value in quotes.',
    ],
    [
      isTextMap(metadata) &&
        Object.keys(metadata).some((key) => key.startsWith('io.modelcontextprotocol/')),
      'has a key in its metadata that begins with io.modelcontextprotocol/',
      'Give the key another prefix: this one is reserved for extensions of the protocol.',
    ],
    [
      tools !== undefined && typeof tools !== 'string' && !isTextList(tools),
      'has allowed-tools that are neither a text nor a list of texts',
      `Write the names with spaces between them. See the Agent Skills specification of ${manifestName}.`,
    ],
  ];
}

function isShort(value: unknown, max: number): boolean {
  return typeof value === 'string' && value.length > 0 && value.length <= max;
}

function isTextMap(value: unknown): value is Record<string, string> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    isTextList(Object.values(value))
  );
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/** Whether a value is JSON. A map with the key `__proto__` is not, because clients may lose it. */
function isJson(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return typeof value !== 'bigint';
  return Object.entries(value).every(([key, inner]) => key !== '__proto__' && isJson(inner));
}

function firstLine(text: string): string {
  return (text.split('\n', 1)[0] as string).replace(/[:.]$/, '');
}
