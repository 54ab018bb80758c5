import type { AccessGate } from '../access/access-gate.js';
import type { McpCall } from '../context/mcp-call.js';
import type { McpResourceDefinition, ResourcePrimitive } from './resource.primitive.js';

/** The lists of the resources that there are at one time: made once, not for each of their pages. */
export class ResourceLists {
  readonly all: readonly ResourcePrimitive[];
  readonly fixed: readonly ResourcePrimitive[];
  readonly templates: readonly ResourcePrimitive[];
  /** Of whole lists, which a caller sees where no rule hides anything. */
  private readonly definitions = new WeakMap<
    readonly ResourcePrimitive[],
    readonly McpResourceDefinition[]
  >();

  constructor(
    /** With those that no list shows. */
    readonly resources: readonly ResourcePrimitive[],
    private readonly gate: AccessGate,
  ) {
    this.all = resources.filter(({ isListed }) => isListed);
    this.fixed = this.all.filter(({ template }) => !template);
    this.templates = this.all.filter(({ template }) => template);
  }

  /** The definitions of those in one of the lists that the caller is told of. */
  async told(
    list: readonly ResourcePrimitive[],
    call: McpCall,
  ): Promise<readonly McpResourceDefinition[]> {
    const resources = await this.gate.listed(list, call);
    if (resources !== list) return resources.map(({ definition }) => definition);
    const known = this.definitions.get(list) ?? list.map(({ definition }) => definition);
    this.definitions.set(list, known);
    return known;
  }
}
