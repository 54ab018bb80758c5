import type { AccessGate } from '../access/access-gate.js';
import type { PrimitiveAccess, Target, TargetTable } from '../access/primitive-access.js';
import type { McpCall } from '../context/mcp-call.js';
import type { DeclarationErrors } from '../errors/declaration-errors.js';
import { ErrorCode, ProtocolError } from '../errors/protocol.error.js';
import { uriOf } from '../primitives/asked-uri.js';
import { cacheFields, type McpCacheHint } from '../primitives/cache-hint.js';
import type { McpHandler } from '../primitives/mcp.primitive.js';
import type { MethodSet, MethodTable } from '../primitives/method-table.js';
import { PrimitiveRegistry } from '../primitives/primitive.registry.js';
import { keepJson } from '../protocol/kept-json.js';
import { checkNamedTools, type NamedToolsCheck } from './named-tools.js';
import type { SkillFile, SkillResourceDefinition } from './skill-files.js';
import { toEntry, type LoadedSkill, type SkillPrimitive } from './skill.primitive.js';
import { skillsExtension } from './skills-extension.js';

type Params = Readonly<Record<string, unknown>>;

/** The declaration of a skill's folder. */
export interface SkillDeclaration {
  /** The name of the class, or of the option. */
  readonly where: string;
  readonly access: PrimitiveAccess;
  readonly cache?: McpCacheHint | undefined;
  /** Reads the file with the URI of the context, with the enhancers of the application. */
  readonly handler: McpHandler;
}

/** Creates the resource of a skill's file. */
export type AddSkillFile = (file: SkillFile, declaration: SkillDeclaration) => void;

interface SkillFolder extends Target {
  readonly children: readonly SkillResourceDefinition[];
  readonly cache?: McpCacheHint | undefined;
}

/** The skills of one server: `skills/list`, `skills/get` and `resources/directory/read` (extension Skills). */
export class SkillMethods implements Omit<MethodSet, 'onChange'> {
  readonly methods: MethodTable = {
    'skills/list': (_params, call) => this.list(call),
    'skills/get': (params, call) => this.get(params, call),
    'resources/directory/read': (params, call) => this.readDirectory(params, call),
  };
  readonly targets: TargetTable = {
    'skills/get': ({ uri }) => this.named(uri),
    'resources/directory/read': ({ uri }) => this.folder(uri),
  };
  private readonly registry = new PrimitiveRegistry<SkillPrimitive>('skill');
  private readonly folders = new Map<string, SkillFolder>();
  private readonly files = new Set<string>();

  constructor(
    private readonly gate: AccessGate,
    private readonly addFile: AddSkillFile,
  ) {}

  /** Adds a skill, its files and its folders. Throws `McpConfigurationError` if one of their URIs is taken. */
  add(loaded: LoadedSkill, declaration: SkillDeclaration): void {
    const { where, access, cache } = declaration;
    const { uri, manifest, files, directories } = loaded;
    this.registry.add({
      key: uri,
      where,
      access,
      definition: keepJson(toEntry(loaded)),
      manifest,
      files,
      directories,
      ...(cache && { cache }),
    });
    // The files of a nested skill also belong to the outer one.
    for (const file of files) {
      if (this.files.has(file.definition.uri)) continue;
      this.files.add(file.definition.uri);
      this.addFile(file, declaration);
    }
    for (const [key, children] of directories) {
      this.folders.set(key, { key, where, access, children, cache });
    }
  }

  get size(): number {
    return this.registry.size;
  }

  /** Whether this server supports the extension. */
  get isOffered(): boolean {
    return this.size > 0;
  }

  capabilities(): Record<string, object> {
    if (!this.isOffered) return {};
    return { extensions: { [skillsExtension]: { directoryRead: true } } };
  }

  /** Checks the tools that the skills name. Problems are added to `errors`. */
  check(tools: Omit<NamedToolsCheck, 'gate'>, errors: DeclarationErrors): void {
    checkNamedTools(this.registry.all(), { ...tools, gate: this.gate }, errors);
  }

  private async list(call: McpCall): Promise<object> {
    const skills = await this.gate.listed(this.registry.all(), call);
    return {
      skills: skills.map(({ definition }) => definition),
      ...cacheFields(call.era, skills),
    };
  }

  private async get(params: Params, call: McpCall): Promise<object> {
    const uri = uriOf(params);
    const skill = await this.gate.admit(this.named(uri), call);
    if (!skill) throw invalidParams(`No skill is served at ${shown(uri)}`);
    return { skill: skill.definition, ...cacheFields(call.era, [skill]) };
  }

  private async readDirectory(params: Params, call: McpCall): Promise<object> {
    const uri = uriOf(params);
    const folder = await this.gate.admit(this.folder(uri), call);
    if (!folder) throw invalidParams(`No directory is served at ${shown(uri)}`);
    return { resources: folder.children, ...cacheFields(call.era, [folder]) };
  }

  private named(uri: unknown): SkillPrimitive[] {
    const skill = typeof uri === 'string' ? this.registry.get(uri) : undefined;
    return skill ? [skill] : [];
  }

  private folder(uri: unknown): SkillFolder[] {
    const folder = typeof uri === 'string' ? this.folders.get(uri) : undefined;
    return folder ? [folder] : [];
  }
}

function invalidParams(message: string): ProtocolError {
  return new ProtocolError(ErrorCode.invalidParams, message);
}

function shown(uri: string): string {
  return uri.slice(0, 512);
}
