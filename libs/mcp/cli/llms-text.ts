import type { CatalogEntry, McpCatalog } from '../src/catalog/mcp-catalog.js';
import type { Introduction } from './server.introduction.js';

/** The `llms.txt` of the primitives that this caller sees (llmstxt.org). */
export function toLlmsText(server: Introduction, catalog: McpCatalog): string {
  const { instructions, tools, resources, resourceTemplates, prompts } = catalog;
  const parts = [
    `# ${oneLine(server.title ?? server.name)}`,
    ...(server.description === undefined ? [] : [`> ${oneLine(server.description)}`]),
    ...(instructions === undefined ? [] : [instructions.trim()]),
    ...section('Tools', tools, toTool),
    ...section('Resources', [...resources, ...resourceTemplates], toResource),
    ...section('Prompts', prompts, toPrompt),
  ];
  return `${parts.join('\n\n')}\n`;
}

function section(
  title: string,
  entries: readonly CatalogEntry[],
  toName: (entry: CatalogEntry) => string,
): string[] {
  if (entries.length === 0) return [];
  const lines = entries.map((entry) => {
    const text = entry.description ?? entry.title;
    return `- ${toName(entry)}${typeof text === 'string' ? `: ${oneLine(text)}` : ''}`;
  });
  return [`## ${title}`, lines.join('\n')];
}

function toTool({ name, inputSchema }: CatalogEntry): string {
  const { properties = {}, required = [] } = inputSchema as {
    properties?: object;
    required?: string[];
  };
  const optional = Object.keys(properties).filter((key) => !required.includes(key));
  const inputs = [...required, ...optional.map((key) => `${key}?`)];
  return `\`${String(name)}(${inputs.join(', ')})\``;
}

function toResource({ uri, uriTemplate }: CatalogEntry): string {
  return `\`${String(uri ?? uriTemplate)}\``;
}

function toPrompt({ name, arguments: given = [] }: CatalogEntry): string {
  const inputs = (given as { name: string; required?: boolean }[]).map((one) =>
    one.required ? one.name : `${one.name}?`,
  );
  return `\`${String(name)}(${inputs.join(', ')})\``;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
