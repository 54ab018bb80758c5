import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import { McpConfigurationError } from '../errors/configuration.error.js';
import {
  EXCEPTION_FILTERS_METADATA,
  GUARDS_METADATA,
  INTERCEPTORS_METADATA,
  PIPES_METADATA,
} from '../nest/metadata-keys.js';

const recordKey = 'nestjs-mcp:decorated';
const ownPrefix = 'nestjs-mcp:';
/** Metadata lists that decorators append to; each entry must be kept. */
const enhancerKeys: readonly unknown[] = [
  GUARDS_METADATA,
  INTERCEPTORS_METADATA,
  PIPES_METADATA,
  EXCEPTION_FILTERS_METADATA,
];

/** Records the function with a declaration, because a decorator above it may replace it. */
export function recordDecorated(prototype: object, name: string | symbol, method: object): void {
  const recorded = ownRecord(prototype, name);
  if (recorded.includes(method)) return;
  Reflect.defineMetadata(recordKey, [...recorded, method], prototype, name);
}

/** The functions with a declaration that another function has replaced, the innermost first. */
export function replacedMethods(host: Type, name: string, current: object): readonly object[] {
  let prototype = host.prototype as object | null;
  while (prototype && !Object.hasOwn(prototype, name)) {
    prototype = Object.getPrototypeOf(prototype) as object | null;
  }
  // A subclass that overrides a method must declare it again.
  return prototype ? ownRecord(prototype, name).filter((method) => method !== current) : [];
}

/** Throws `McpConfigurationError` if a method lost guards, roles or other metadata when a decorator replaced it. */
export function checkReplaced(host: Type, name: string, current: object): void {
  for (const method of replacedMethods(host, name, current)) {
    const lost = Reflect.getOwnMetadataKeys(method).filter((key) => isLost(key, method, current));
    if (lost.length === 0) continue;
    throw new McpConfigurationError(
      `${host.name}.${name}`,
      `a decorator above the MCP decorator replaced the method, and its metadata is lost with it (${lost.map(String).join(', ')}).`,
      'Move that decorator below the MCP decorator and below those whose metadata is lost, or let it copy the metadata.',
    );
  }
}

function isLost(key: unknown, from: object, to: object): boolean {
  if (typeof key === 'string' && key.startsWith(ownPrefix)) return false;
  if (!Reflect.hasOwnMetadata(key, to)) return true;
  if (!enhancerKeys.includes(key)) return false;
  const kept = Reflect.getOwnMetadata(key, to) as readonly unknown[];
  const declared = Reflect.getOwnMetadata(key, from) as readonly unknown[];
  return declared.some((one) => !kept.includes(one));
}

function ownRecord(prototype: object, name: string | symbol): readonly object[] {
  return (Reflect.getOwnMetadata(recordKey, prototype, name) as object[] | undefined) ?? [];
}
