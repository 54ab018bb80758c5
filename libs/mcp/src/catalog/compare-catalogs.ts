import {
  catalogLists,
  type CatalogEntry,
  type CatalogList,
  type McpCatalog,
} from './mcp-catalog.js';
import { compareSchemas, type SchemaDifference } from './schema-differences.js';

/** One difference between two catalogs. */
export interface CatalogChange {
  readonly kind: 'tool' | 'resource' | 'resourceTemplate' | 'prompt' | 'server';
  /** Name or URI of the primitive. */
  readonly name: string;
  readonly change: 'added' | 'removed' | 'input' | 'output' | 'scopes' | 'description';
  /** Whether callers that worked with the earlier catalog may fail with the later one. */
  readonly breaking: boolean;
  /** A description of the change, one sentence. */
  readonly message: string;
}

type Change = Pick<CatalogChange, 'change' | 'breaking' | 'message'>;

const kinds = {
  tools: 'tool',
  resources: 'resource',
  resourceTemplates: 'resourceTemplate',
  prompts: 'prompt',
} as const satisfies Record<CatalogList, CatalogChange['kind']>;

/**
 * The changes from one catalog to the next. Breaking changes are: a removed primitive or input, a new required input, a
 * narrowed type, enum or bound of an input, a widened or reduced output, and a new required scope.
 */
export function compareCatalogs(before: McpCatalog, after: McpCatalog): CatalogChange[] {
  return (Object.keys(catalogLists) as CatalogList[]).flatMap((list) => {
    const kind = kinds[list];
    const from = byKey(before[list], list);
    const to = byKey(after[list], list);
    const names = [...new Set([...from.keys(), ...to.keys()])].toSorted();
    return names.flatMap((name) =>
      compareEntries(`The ${wordFor(kind)} "${name}"`, from.get(name), to.get(name)).map(
        (change) => ({ kind, name, ...change }),
      ),
    );
  });
}

function byKey(entries: readonly CatalogEntry[], list: CatalogList): Map<string, CatalogEntry> {
  return new Map(entries.map((entry) => [String(entry[catalogLists[list]]), entry]));
}

function wordFor(kind: CatalogChange['kind']): string {
  return kind === 'resourceTemplate' ? 'resource template' : kind;
}

function compareEntries(
  subject: string,
  before: CatalogEntry | undefined,
  after: CatalogEntry | undefined,
): Change[] {
  if (!before) return [{ change: 'added', breaking: false, message: `${subject} is new.` }];
  if (!after) return [{ change: 'removed', breaking: true, message: `${subject} is gone.` }];
  return [
    ...inputChanges(subject, before, after),
    ...outputChanges(subject, before, after),
    ...scopeChanges(subject, before, after),
    ...wordChanges(subject, before, after),
  ];
}

function inputChanges(subject: string, before: CatalogEntry, after: CatalogEntry): Change[] {
  return compareSchemas(inputOf(before), inputOf(after)).map(({ path, effect, what }) => ({
    change: 'input',
    breaking: effect !== 'widened',
    message: sentence(subject, 'input', path, what),
  }));
}

function outputChanges(subject: string, before: CatalogEntry, after: CatalogEntry): Change[] {
  if (before.outputSchema === undefined && after.outputSchema === undefined) return [];
  if (before.outputSchema === undefined) {
    return [{ change: 'output', breaking: false, message: `${subject} declares an output now.` }];
  }
  if (after.outputSchema === undefined) {
    const message = `${subject} no longer declares an output.`;
    return [{ change: 'output', breaking: true, message }];
  }
  return compareSchemas(before.outputSchema, after.outputSchema).map((difference) => ({
    change: 'output',
    breaking: breaksReaders(difference),
    message: sentence(subject, 'output', difference.path, difference.what),
  }));
}

/** A new property does not break readers of an output; any other new value may. */
function breaksReaders({ effect, what }: SchemaDifference): boolean {
  return effect !== 'narrowed' && !what.startsWith('is new');
}

function scopeChanges(subject: string, before: CatalogEntry, after: CatalogEntry): Change[] {
  const from = before.scopes ?? [];
  const to = after.scopes ?? [];
  const added = to
    .filter((scope) => !from.includes(scope))
    .map((scope) => ({ breaking: true, message: `${subject} needs the scope "${scope}" now.` }));
  const removed = from
    .filter((scope) => !to.includes(scope))
    .map((scope) => ({
      breaking: false,
      message: `${subject} no longer needs the scope "${scope}".`,
    }));
  return [...added, ...removed].map((change) => ({ change: 'scopes', ...change }));
}

function wordChanges(subject: string, before: CatalogEntry, after: CatalogEntry): Change[] {
  return ['title', 'description']
    .filter((field) => before[field] !== after[field])
    .map((field) => ({
      change: 'description',
      breaking: false,
      message: `${subject} has another ${field}.`,
    }));
}

/** The input schema of an entry. Prompts have a list of arguments; templates have variables in the URI. */
function inputOf({ inputSchema, arguments: prompted }: CatalogEntry): unknown {
  if (inputSchema !== undefined || !Array.isArray(prompted)) return inputSchema;
  const inputs = prompted as readonly { name: string; required?: boolean }[];
  return {
    type: 'object',
    properties: Object.fromEntries(inputs.map(({ name }) => [name, { type: 'string' }])),
    required: inputs.filter(({ required }) => required).map(({ name }) => name),
  };
}

function sentence(subject: string, part: string, path: string, what: string): string {
  const which = path === '' ? `the ${part}` : `the ${part} "${path}"`;
  return `${subject}: ${which} ${what}.`;
}
