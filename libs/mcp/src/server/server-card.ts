import { createHash } from 'node:crypto';
import { McpConfigurationError } from '../errors/configuration.error.js';
import type { McpServerCardOptions } from '../catalog/server-card.options.js';
import type { McpModuleOptions } from '../mcp.options.js';
import { RoutePattern } from '../platform/route-pattern.js';
import { servedVersions } from '../protocol/protocol-version.js';
import type { ServerRemote } from './server-transports.js';

/** The server card as JSON text, with its entity tag. */
export interface WrittenCard {
  readonly card: object;
  readonly etag: string;
}

const schema = 'https://static.modelcontextprotocol.io/schemas/v1/server-card.schema.json';

/** Longest text of a card's `description` and `title`, in characters. */
const MAX_TEXT = 100;

/** The server card of one server (SEP-2127, experimental): its name and its addresses, never its primitives. */
export class ServerCard {
  private readonly identity: object;
  private readonly publicUrl: string | undefined;

  /** Throws `McpConfigurationError` for options that a card cannot express. */
  constructor(
    private readonly options: McpModuleOptions,
    card: McpServerCardOptions,
    private readonly remotes: () => readonly ServerRemote[],
  ) {
    this.publicUrl = options.publicUrl?.replace(/\/+$/, '');
    this.identity = identityOf(options, card);
  }

  /** The paths of the card: below the paths of Streamable HTTP, else of HTTP+SSE. */
  paths(): string[] {
    const remotes = this.remotes();
    const streamable = remotes.filter(({ kind }) => kind === 'streamable-http');
    return (streamable.length > 0 ? streamable : remotes).map(
      ({ path }) => `${path.replace(/\/$/, '')}/server-card`,
    );
  }

  /** The card, if the path is one of its own. */
  at(path: string): WrittenCard | undefined {
    if (!/\/server-card$/i.test(path)) return undefined;
    const wanted = path.toLowerCase();
    const proxied = this.publicUrl ? new URL(this.publicUrl).pathname.replace(/\/$/, '') : '';
    const isOwn = this.paths().some((own) =>
      [own, proxied + own].some((form) => new RoutePattern(form.toLowerCase()).matches(wanted)),
    );
    return isOwn ? this.write(this.remotes()) : undefined;
  }

  private write(remotes: readonly ServerRemote[]): WrittenCard {
    const { publicUrl } = this;
    const reached = publicUrl === undefined ? [] : remotes;
    const headers = headersOf(this.options);
    const card = {
      $schema: schema,
      ...this.identity,
      ...(reached.length > 0 && {
        remotes: reached.map(({ kind, path, eras }) => ({
          type: kind,
          url: publicUrl + path,
          supportedProtocolVersions: eras.flatMap((era) => servedVersions[era]),
          ...(headers && { headers }),
        })),
      }),
    };
    const hash = createHash('sha256').update(JSON.stringify(card)).digest('base64url');
    return { card, etag: `"${hash.slice(0, 27)}"` };
  }
}

function identityOf(options: McpModuleOptions, card: McpServerCardOptions): object {
  const { version, websiteUrl, icons } = options;
  const title = card.title ?? options.title;
  const description = card.description ?? options.description ?? title ?? options.name;
  const name = card.name ?? `${namespaceOf(options.publicUrl)}/${toNamePart(options.name)}`;
  if (!/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/.test(name) || name.length < 3 || name.length > 200) {
    throw new McpConfigurationError(
      'serverCard.name',
      `'${name}' is not of the form namespace/name.`,
      "Write a domain of yours in reverse, and a name: 'com.example/shop'.",
    );
  }
  checkText('description', description);
  if (title !== undefined) checkText('title', title);
  return {
    name,
    version,
    description,
    ...(title !== undefined && { title }),
    ...(websiteUrl !== undefined && { websiteUrl }),
    ...(card.repository && { repository: card.repository }),
    ...(icons && { icons }),
    ...(card.meta && { _meta: card.meta }),
  };
}

function checkText(field: string, text: string): void {
  if (text.length > 0 && text.length <= MAX_TEXT) return;
  throw new McpConfigurationError(
    `serverCard.${field}`,
    `the ${field} has ${text.length} characters, and a card takes 1 to ${MAX_TEXT}.`,
    `Give the card one of its own: serverCard: { ${field}: '…' }.`,
  );
}

/** The host of the public URL in reverse. */
function namespaceOf(publicUrl: string | undefined): string {
  const host = publicUrl === undefined ? 'localhost' : new URL(publicUrl).hostname;
  return /^[\d.]+$|:/.test(host) ? 'localhost' : host.split('.').toReversed().join('.');
}

function toNamePart(name: string): string {
  return name.replaceAll(/[^a-zA-Z0-9._-]+/g, '-');
}

/** The headers that a user must configure in the client. With OAuth the client obtains the token itself. */
function headersOf({ auth }: McpModuleOptions): object[] | undefined {
  if (!auth?.verifier || (auth.authorizationServers ?? []).length > 0) return undefined;
  return [
    {
      name: 'Authorization',
      description: 'A bearer token of the server: Bearer …',
      isRequired: auth.optional !== true,
      isSecret: true,
    },
  ];
}
