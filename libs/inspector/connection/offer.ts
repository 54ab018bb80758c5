import type { Client } from '@modelcontextprotocol/client';

type Fields = Readonly<Record<string, unknown>>;

/** A tool in the server's list. */
export interface Tool {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly inputSchema: Fields;
  readonly outputSchema?: Fields;
  readonly annotations?: Fields;
  readonly _meta?: Fields;
}

/** A resource (`uri`) or a resource template (`uriTemplate`). */
export interface Resource {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly mimeType?: string;
  readonly uri?: string;
  readonly uriTemplate?: string;
}

/** A prompt in the server's list. */
export interface Prompt {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly arguments?: readonly {
    readonly name: string;
    readonly description?: string;
    readonly required?: boolean;
  }[];
}

/** All lists of a server for the caller. */
export interface Offer {
  readonly tools: readonly Tool[];
  readonly resources: readonly Resource[];
  readonly templates: readonly Resource[];
  readonly prompts: readonly Prompt[];
}

/** Empty lists. */
export const noOffer: Offer = { tools: [], resources: [], templates: [], prompts: [] };

/** Reads all lists that the server supports, page by page. */
export async function readOffer(client: Client): Promise<Offer> {
  const has = client.getServerCapabilities() ?? {};
  const fresh = { cacheMode: 'bypass' } as const;
  const [tools, resources, templates, prompts] = await Promise.all([
    has.tools ? client.listTools(undefined, fresh) : undefined,
    has.resources ? client.listResources(undefined, fresh) : undefined,
    has.resources ? client.listResourceTemplates(undefined, fresh) : undefined,
    has.prompts ? client.listPrompts(undefined, fresh) : undefined,
  ]);
  return {
    tools: (tools?.tools ?? []) as unknown as readonly Tool[],
    resources: resources?.resources ?? [],
    templates: templates?.resourceTemplates ?? [],
    prompts: prompts?.prompts ?? [],
  };
}
