import {
  BadRequestException,
  ConflictException,
  Injectable,
  NotFoundException,
} from '@nestjs/common';
import { McpParam, McpResource, McpTool } from 'nestjs-mcp';

const maximumItems = 1000;
const maximumKeyLength = 128;
const maximumValueLength = 16_384;

/** Stores texts by key until the process ends. All callers share them. */
@Injectable()
export class ItemsService {
  private readonly items = new Map<string, string>();

  /**
   * Stores a text, and replaces an earlier one.
   * @throws BadRequestException when key or value are too long
   * @throws ConflictException when the memory is full
   */
  @McpTool({
    name: 'store_item',
    title: 'Store item',
    description: 'Keeps a text under a key, in memory, for every caller of this server.',
    annotations: {
      readOnlyHint: false,
      destructiveHint: true,
      idempotentHint: true,
      openWorldHint: false,
    },
  })
  store(
    @McpParam('key', { description: 'At most 128 characters.' }) key: string,
    @McpParam('value', { description: 'At most 16,384 characters.' }) value: string,
  ): string {
    if (key === '' || key.length > maximumKeyLength) {
      throw new BadRequestException(`A key has 1 to ${maximumKeyLength} characters`);
    }
    if (value.length > maximumValueLength) {
      throw new BadRequestException(`A value has at most ${maximumValueLength} characters`);
    }
    if (this.items.size >= maximumItems && !this.items.has(key)) {
      throw new ConflictException(`All ${maximumItems} places are taken; use a key again`);
    }
    this.items.set(key, value);
    return `Stored ${key}`;
  }

  /** @throws NotFoundException when nothing is stored under the key */
  @McpTool({
    name: 'get_item',
    title: 'Get item',
    description: 'Reads the text that is stored under a key.',
    annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
  })
  get(@McpParam('key', { description: 'As it was stored.' }) key: string): string {
    const value = this.items.get(key);
    if (value === undefined) throw new NotFoundException(`Nothing is stored under ${key}`);
    return value;
  }

  /** Returns all stored items, as one object. */
  @McpResource('data://items', {
    name: 'items',
    title: 'Stored items',
    description: 'Everything that store_item keeps, as one JSON object.',
    mimeType: 'application/json',
  })
  all(): Record<string, string> {
    return Object.fromEntries(this.items);
  }
}
