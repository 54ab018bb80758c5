import type { McpAppSettings } from '../primitives/app-view.js';
import type { McpAnnotations } from '../primitives/content.js';
import type { McpPrimitiveOptions } from '../primitives/mcp.primitive.js';
import { createPrimitiveDecorator } from '../primitives/primitive.metadata.js';
import type { SchemaSource } from '../schema/to-schema.js';

/** Options of a resource, in addition to its URI. */
export interface McpResourceOptions extends McpPrimitiveOptions {
  /** Schema of the template's variables, if the method's own parameters do not describe them. */
  input?: SchemaSource;
  /** The media type of the contents. Default: `text/plain` for text, `application/json` for objects. */
  mimeType?: string;
  /** Size in bytes, if it is known before reading; static resources only. */
  size?: number;
  annotations?: McpAnnotations;
  /**
   * Lets the variables of a template hold `..` segments and NUL characters. Default `false`: such a URI is refused (`-32602`) before the
   * method runs, because a value that is appended to a path could lead out of its directory.
   */
  allowTraversal?: boolean;
  /** How hosts with MCP Apps display the page; `ui://` URIs only. */
  ui?: McpAppSettings;
}

/** A resource's options with its URI or RFC 6570 template. */
export interface McpResourceDeclaration extends McpResourceOptions {
  uri: string;
  /** `false`: the resource can be read by its URI, and is in no list. */
  listed?: boolean;
}

const { decorate, declarationsOf } =
  createPrimitiveDecorator<McpResourceDeclaration>('nestjs-mcp:resource');

/** The `@McpResource` declarations of a method. */
export const resourceDeclarationsOf = declarationsOf;

/** Exposes a method as a resource, under a URI or under every URI of an RFC 6570 template (`echo://{message}`). */
export function McpResource(uri: string, options: McpResourceOptions = {}): MethodDecorator {
  return decorate({ ...options, uri });
}
