import type { McpAppSettings } from '../primitives/app-view.js';
import type { McpAnnotations } from '../primitives/content.js';
import type { McpPrimitiveOptions } from '../primitives/mcp.primitive.js';
import { createPrimitiveDecorator } from '../primitives/primitive.metadata.js';

/** How a resource is declared, beside its URI. */
export interface McpResourceOptions extends McpPrimitiveOptions {
  /** Of the contents; default `text/plain` for text, `application/json` for objects. */
  mimeType?: string;
  /** Bytes, where known before reading; static resources only. */
  size?: number;
  annotations?: McpAnnotations;
  /**
   * Lets the variables of a template hold `..` segments and NUL characters. Default `false`: such a URI is refused (`-32602`) before the
   * method runs, because a value that is appended to a path could lead out of its directory.
   */
  allowTraversal?: boolean;
  /** How hosts with MCP Apps show the page; `ui://` URIs only. */
  ui?: McpAppSettings;
}

/** A resource's options with its URI or RFC 6570 template. */
export interface McpResourceDeclaration extends McpResourceOptions {
  uri: string;
  /** `false`: it is read by its URI and stands in no list. */
  listed?: boolean;
}

const { decorate, declarationsOf } =
  createPrimitiveDecorator<McpResourceDeclaration>('nestjs-mcp:resource');

/** The `@McpResource`s of a method. */
export const resourceDeclarationsOf = declarationsOf;

/** Offers a method as a resource: under a URI, or under every URI of an RFC 6570 template (`echo://{message}`). */
export function McpResource(uri: string, options: McpResourceOptions = {}): MethodDecorator {
  return decorate({ ...options, uri });
}
