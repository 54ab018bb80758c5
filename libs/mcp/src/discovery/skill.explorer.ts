import { realpath } from 'node:fs/promises';
import type { Type } from '@nestjs/common';
import type { AccessFactory } from '../access/access.factory.js';
import type { McpContext } from '../context/mcp-context.js';
import { McpConfigurationError } from '../errors/configuration.error.js';
import type { DeclarationErrors } from '../errors/declaration-errors.js';
import { createHost, type HandlerHost } from '../execution/handler-host.js';
import type { HandlerFactory } from '../execution/handler.factory.js';
import { planRuntimeHandler } from '../parameters/parameter-plan.js';
import { checkCacheHint, dependsOnCaller, type McpCacheHint } from '../primitives/cache-hint.js';
import type { McpResourceContents } from '../primitives/content.js';
import { groupOf } from '../primitives/primitive.metadata.js';
import {
  skillDeclarationsOf,
  type McpSkillDeclaration,
  type McpSkillFolder,
} from '../skills/mcp-skill.decorator.js';
import type { NamedToolsCheck } from '../skills/named-tools.js';
import type { SkillMethods } from '../skills/skill.methods.js';
import { isWithin, loadSkills, type LoadedSkill } from '../skills/skill.primitive.js';
import { shownPath, toPath } from '../skills/skill-folder.js';
import { readSkillTree } from '../skills/skill-tree.js';
import { findHosts } from './host-finder.js';
import { ServedHosts, type ServedHostsSettings } from './served-hosts.js';
import { findServerModule } from './server-shape.js';

/** The settings for exploring the skills of one server. */
export interface SkillExplorerSettings
  extends ServedHostsSettings, Pick<NamedToolsCheck, 'toolsNamed' | 'advise'> {
  readonly skills: SkillMethods;
  readonly handlers: HandlerFactory;
  readonly access: AccessFactory<HandlerHost>;
  /** The folders in the module's options. */
  readonly folders?: readonly McpSkillFolder[] | undefined;
  /** The module's cache hint. */
  readonly cache?: McpCacheHint | undefined;
  /** The module's own rule, if it has one. */
  readonly visibility?: unknown;
}

/** A folder declared by a class or the module's options. */
interface DeclaredFolder {
  readonly where: string;
  readonly folder: McpSkillFolder;
  /** The declarations of the class and of the decorator, in this order. */
  readonly declared: readonly Omit<McpSkillDeclaration, 'folder'>[];
  /** Reads its files with the enhancers of the application. */
  readonly reader: HandlerHost;
  readonly files: Map<string, McpResourceContents>;
}

interface FoundSkill extends LoadedSkill {
  readonly from: DeclaredFolder;
}

/** Finds the skill folders of one server, and reads them. */
export class SkillExplorer {
  private readonly served: ServedHosts;

  constructor(private readonly settings: SkillExplorerSettings) {
    this.served = new ServedHosts(settings);
  }

  /** Registers every skill, and checks the tools that they name; wrong declarations are added to `errors`. */
  async explore(errors: DeclarationErrors): Promise<void> {
    const { modules, folders = [], server } = this.settings;
    const hosts = findHosts(modules);
    const found: FoundSkill[] = [];
    for (const host of hosts) {
      for (const declaration of skillDeclarationsOf(host.type)) {
        const from = errors.attemptNow(() => this.ofHost(host, declaration));
        if (from) found.push(...(await this.load(from, errors)));
      }
    }
    const claimed = await claimedFolders(hosts);
    for (const folder of folders) {
      const module = findServerModule(modules, server);
      const from = { where: `skills of '${server}'`, folder, declared: [], ...read(module) };
      for (const skill of await this.load(from, errors)) {
        const path = await realpath(skill.folder);
        if (!claimed.some((one) => path === one || isWithin(path, one))) found.push(skill);
      }
    }
    errors.attemptNow(() => refuseNested(found));
    for (const from of new Set(found.map((skill) => skill.from))) {
      await errors.attempt(() => this.add(from, found, errors));
    }
    this.settings.skills.check(this.settings, errors);
  }

  private ofHost(
    host: HandlerHost,
    { folder, ...options }: McpSkillDeclaration,
  ): DeclaredFolder | undefined {
    const where = `@McpSkill of ${host.type.name}`;
    const group = groupOf(host.type);
    if (!this.served.isServed(host, options.servers ?? group?.servers, where)) return undefined;
    if (!this.served.isFirst(host, `${toPath(folder)} ${host.type.name}`, where)) return undefined;
    const declared = group ? [group, options] : [options];
    return { where, folder, declared, ...read(host.module, host.type) };
  }

  private async load(from: DeclaredFolder, errors: DeclarationErrors): Promise<FoundSkill[]> {
    const loaded = await errors.attempt(async () =>
      loadSkills(await readSkillTree(from.folder, from.where), from.where, errors),
    );
    return (loaded ?? []).map((skill) => ({ ...skill, from }));
  }

  private async add(
    from: DeclaredFolder,
    found: readonly FoundSkill[],
    errors: DeclarationErrors,
  ): Promise<void> {
    const { where, declared, reader, files } = from;
    const { skills, handlers, visibility } = this.settings;
    const cache = declared.at(-1)?.cache;
    const depends = dependsOnCaller(...declared, { visibility });
    errors.attemptNow(() => checkCacheHint(where, cache ?? this.settings.cache, depends));
    const plan = planRuntimeHandler(undefined, where, {});
    const handler = await handlers.create(reader, 'read', plan, where);
    const name = shownPath(toPath(from.folder));
    const primitive = { kind: 'skill', name } as const;
    const access = await this.settings.access.create({
      host: reader,
      method: 'read',
      primitive,
      where,
      declared,
    });
    for (const skill of found.filter((one) => one.from === from)) {
      for (const { definition, contents } of skill.files) files.set(definition.uri, contents);
      errors.attemptNow(() => skills.add(skill, { where, access, cache, handler }));
    }
  }
}

/**
 * A method that reads files with the enhancers of a class: its guards run, and its metadata is visible. The class
 * itself is not instantiated.
 */
function read(
  module: HandlerHost['module'],
  type?: Type,
): Pick<DeclaredFolder, 'reader' | 'files'> {
  const files = new Map<string, McpResourceContents>();
  class SkillReader extends (type ?? class McpSkills {}) {
    read(_input: unknown, { uri = '' }: McpContext): object | undefined {
      const contents = files.get(uri.replace(/^skill:/i, 'skill:'));
      return contents && { contents: [contents] };
    }
  }
  Object.defineProperty(SkillReader, 'name', { value: type?.name ?? 'McpSkills' });
  return { reader: createHost(SkillReader, Object.create(SkillReader.prototype), module), files };
}

/** The folders declared by classes, for any server: the options of a module do not add them a second time. */
async function claimedFolders(hosts: readonly HandlerHost[]): Promise<string[]> {
  const declared = hosts.flatMap(({ type }) => skillDeclarationsOf(type));
  const paths = declared.map(({ folder }) => toPath(folder));
  return Promise.all(paths.map((path) => realpath(path).catch(() => path)));
}

/** Throws `McpConfigurationError` for a skill inside one of another declaration, whose access rules could differ. */
function refuseNested(found: readonly FoundSkill[]): void {
  for (const inner of found) {
    const outer = found.find(
      ({ from, folder, uri }) =>
        from !== inner.from &&
        (isWithin(inner.folder, folder) || inner.uri.startsWith(uri.replace(/[^/]*$/, ''))) &&
        inner.uri !== uri,
    );
    if (!outer) continue;
    throw new McpConfigurationError(
      inner.from.where,
      `the skill ${inner.uri} (${shownPath(inner.folder)}) lies in the skill ${outer.uri}, which ${outer.from.where} declares and which has its files too.`,
      'Move it out of that folder, or leave its declaration out: a skill brings the skills in its folder.',
    );
  }
}
