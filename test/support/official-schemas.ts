import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The folder of the specification's own schemas, which are not part of the project. */
const folder = resolve(root, process.env.MCP_SPEC_SCHEMAS ?? '../shared/spec');

const resultOf: Readonly<Record<string, string>> = {
  initialize: 'InitializeResult',
  ping: 'EmptyResult',
  'logging/setLevel': 'EmptyResult',
  'completion/complete': 'CompleteResult',
  'tools/list': 'ListToolsResult',
  'tools/call': 'CallToolResult',
  'resources/list': 'ListResourcesResult',
  'resources/templates/list': 'ListResourceTemplatesResult',
  'resources/read': 'ReadResourceResult',
  'prompts/list': 'ListPromptsResult',
  'prompts/get': 'GetPromptResult',
};

/** Whether this machine has them. A test that needs them reports if it has not. */
export const hasOfficialSchemas = existsSync(folder);

/** Validates messages of a server with the official JSON Schema of one revision. */
export class OfficialSchema {
  private readonly ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  private readonly pointer: string;
  private readonly names: ReadonlySet<string>;

  constructor(revision: string) {
    const schema = JSON.parse(readFileSync(join(folder, `${revision}.schema.json`), 'utf8')) as {
      $schema?: string;
      $defs?: object;
      definitions?: object;
    };
    delete schema.$schema;
    this.ajv.addSchema(schema, 'mcp');
    this.pointer = schema.$defs ? 'mcp#/$defs/' : 'mcp#/definitions/';
    this.names = new Set(Object.keys(schema.$defs ?? schema.definitions ?? {}));
  }

  /** The errors in a message; `method` is that of the request that it answers. */
  problems(message: object, method?: string): string[] {
    const name = method === undefined ? undefined : resultOf[method];
    return [
      ...this.check('JSONRPCMessage', message),
      ...('result' in message && name !== undefined ? this.check(name, message.result) : []),
      ...('method' in message && !('id' in message)
        ? this.check('ServerNotification', message)
        : []),
    ];
  }

  private check(name: string, value: unknown): string[] {
    if (!this.names.has(name)) throw new Error(`The schema has no ${name}.`);
    const validate = this.ajv.getSchema(this.pointer + name) as ValidateFunction;
    if (validate(value)) return [];
    return (validate.errors ?? []).map((error) => `${name}${error.instancePath} ${error.message}`);
  }
}
