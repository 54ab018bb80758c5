import { UriTemplate } from '@modelcontextprotocol/client';

/** The variables of a template, in order. */
export function variablesOf(template: string): string[] {
  return [...new Set(parse(template)?.variableNames ?? [])];
}

/** The expansion of a template with these values; variables without a value are left out. */
export function expandTemplate(template: string, values: Readonly<Record<string, string>>): string {
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
  return parse(template)?.expand(given) ?? template;
}

/** Parses a template; `undefined` if the SDK cannot. */
function parse(template: string): UriTemplate | undefined {
  try {
    return new UriTemplate(template);
  } catch {
    return undefined;
  }
}
