import { logLevels } from './log-level.js';

const prefix = 'io.modelcontextprotocol/';

/** The reserved keys of `params._meta` in the modern era (specification, "Request Metadata"). */
export const metaKeys = {
  protocolVersion: `${prefix}protocolVersion`,
  clientInfo: `${prefix}clientInfo`,
  clientCapabilities: `${prefix}clientCapabilities`,
  logLevel: `${prefix}logLevel`,
  serverInfo: `${prefix}serverInfo`,
  subscriptionId: `${prefix}subscriptionId`,
} as const;

/** The first error in the metadata of a request: the path of the key, and the problem. */
export interface MetaIssue {
  readonly key: string;
  readonly problem: string;
}

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown, path: string) => MetaIssue | undefined;

const required = [metaKeys.protocolVersion, metaKeys.clientCapabilities];

/** The required keys that are missing in the metadata of a request. */
export function missingMetaKeys(meta: Fields): string[] {
  return required.filter((key) => !(key in meta));
}

/** Checks the metadata of a request of the modern era. Returns the first issue, or `undefined` where there is none. */
export function checkRequestMeta(meta: Fields): MetaIssue | undefined {
  const [missing] = missingMetaKeys(meta);
  return missing === undefined ? requestMeta(meta, '') : { key: missing, problem: 'missing' };
}

/** Checks the protocol version only: nothing else of a notification is read. */
export function checkVersion(meta: Fields): MetaIssue | undefined {
  return text(meta[metaKeys.protocolVersion], metaKeys.protocolVersion);
}

function fail(expected: string, value: unknown, path: string): MetaIssue {
  return { key: path, problem: `Invalid input: expected ${expected}, received ${typeOf(value)}` };
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function primitive(type: 'string' | 'boolean'): Check {
  return (value, path) => (typeof value === type ? undefined : fail(type, value, path));
}

function oneOf(allowed: readonly string[]): Check {
  const options = allowed.map((one) => `"${one}"`).join('|');
  return (value, key) =>
    allowed.includes(value as string)
      ? undefined
      : { key, problem: `Invalid option: expected one of ${options}` };
}

/** An object with members of these shapes; only `needed` ones are required, and other members are ignored. */
function object(members: Readonly<Record<string, Check>>, needed: readonly string[] = []): Check {
  const entries = Object.entries(members);
  return (value, path) => {
    if (!isObject(value)) return fail('object', value, path);
    for (const [name, check] of entries) {
      const member = value[name];
      if (member === undefined && !needed.includes(name)) continue;
      const issue = check(member, path === '' ? name : `${path}.${name}`);
      if (issue) return issue;
    }
    return undefined;
  };
}

function list(item: Check): Check {
  return (value, path) => {
    if (!Array.isArray(value)) return fail('array', value, path);
    for (const [i, member] of value.entries()) {
      const issue = item(member, `${path}.${i}`);
      if (issue) return issue;
    }
    return undefined;
  };
}

const text = primitive('string');
const flag = primitive('boolean');

/** Any JSON object. */
const record: Check = (value, path) => (isObject(value) ? undefined : fail('record', value, path));

/** A JSON object whose members are JSON objects. */
const records: Check = (value, path) => {
  if (!isObject(value)) return fail('record', value, path);
  for (const [name, member] of Object.entries(value)) {
    const issue = record(member, `${path}.${name}`);
    if (issue) return issue;
  }
  return undefined;
};

const icon = object(
  { src: text, mimeType: text, sizes: list(text), theme: oneOf(['light', 'dark']) },
  ['src'],
);

const requestMeta = object(
  {
    [metaKeys.protocolVersion]: text,
    [metaKeys.clientInfo]: object(
      {
        name: text,
        title: text,
        icons: list(icon),
        version: text,
        websiteUrl: text,
        description: text,
      },
      ['name', 'version'],
    ),
    [metaKeys.clientCapabilities]: object({
      experimental: records,
      sampling: object({ context: record, tools: record }),
      elicitation: object({ form: object({ applyDefaults: flag }), url: record }),
      roots: object({ listChanged: flag }),
      extensions: records,
    }),
    [metaKeys.logLevel]: oneOf(logLevels),
  },
  required,
);

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
