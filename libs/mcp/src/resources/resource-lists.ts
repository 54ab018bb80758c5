import type { AccessGate } from '../access/access-gate.js';
import type { McpCall } from '../context/mcp-call.js';
import { keepJson } from '../protocol/kept-json.js';
import type { McpResourceDefinition, ResourcePrimitive } from './resource.primitive.js';

/** The lists of the current resources, built once and not for each page. */
export class ResourceLists {
  readonly all: readonly ResourcePrimitive[];
  readonly fixed: readonly ResourcePrimitive[];
  readonly templates: readonly ResourcePrimitive[];
  /** The definitions of complete lists, which a caller sees if no rule hides any of them. */
  private readonly definitions = new WeakMap<
    readonly ResourcePrimitive[],
    readonly McpResourceDefinition[]
  >();

  constructor(
    /** All resources, including unlisted ones. */
    readonly resources: readonly ResourcePrimitive[],
    private readonly gate: AccessGate,
  ) {
    this.all = resources.filter(({ isListed }) => isListed);
    this.fixed = this.all.filter(({ template }) => !template);
    this.templates = this.all.filter(({ template }) => template);
  }

  /** The definitions of one list that the caller may see. */
  async told(
    list: readonly ResourcePrimitive[],
    call: McpCall,
  ): Promise<readonly McpResourceDefinition[]> {
    const resources = await this.gate.listed(list, call);
    if (resources !== list) return resources.map(({ definition }) => definition);
    const known = this.definitions.get(list);
    if (known) return known;
    const definitions = keepJson(list.map(({ definition }) => definition));
    this.definitions.set(list, definitions);
    return definitions;
  }
}
