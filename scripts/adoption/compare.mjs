import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { isDeepStrictEqual } from 'node:util';
import { cases } from '../../test/adoption/cases.mjs';

/**
 * Calls every route of an application over REST and as a tool, by every caller and with every input. The return counts the calls
 * that agree; rejects with the differences of the others.
 */
export async function compareCalls(application, { url, path, callers }, effects) {
  const differences = [];
  let count = 0;
  for (const [caller, headers] of Object.entries(callers)) {
    const client = new Client({ name: 'adoption', version: '1.0.0' });
    await client.connect(
      new StreamableHTTPClientTransport(new URL(path, url), { requestInit: { headers } }),
    );
    for (const { route, tool, inputs } of cases[application]) {
      for (const [title, input] of Object.entries(inputs)) {
        await effects();
        const rest = { ...(await callRoute(url, route, input, headers)), effects: await effects() };
        const called = { ...(await callTool(client, tool, input)), effects: await effects() };
        const difference = compare(rest, called);
        count += 1;
        if (difference) differences.push(`${route} by ${caller}, ${title}: ${difference}`);
      }
    }
    await client.close();
  }
  if (differences.length > 0) throw new Error(differences.join('\n'));
  return count;
}

async function callRoute(url, route, input, headers) {
  const [method, template] = route.split(' ');
  const rest = { ...input };
  const path = template.replaceAll(/:(\w+)/g, (_, name) => {
    const value = rest[name];
    delete rest[name];
    return encodeURIComponent(value);
  });
  const target = new URL(path, url);
  const hasBody = method !== 'GET' && method !== 'DELETE';
  if (!hasBody)
    for (const [name, value] of Object.entries(rest)) target.searchParams.set(name, value);
  const response = await fetch(target, {
    method,
    headers: { ...headers, ...(hasBody && { 'content-type': 'application/json' }) },
    ...(hasBody && { body: JSON.stringify(rest) }),
  });
  return { isAccepted: response.ok, status: response.status, text: await response.text() };
}

async function callTool(client, name, input) {
  const { isError = false, content, _meta } = await client.callTool({ name, arguments: input });
  const status = _meta?.['nestjs-mcp/status'];
  return { isAccepted: !isError, status, text: content.map(({ text }) => text).join('\n') };
}

function compare(rest, tool) {
  const shown = `${JSON.stringify(rest)} and, as a tool, ${JSON.stringify(tool)}`;
  if (rest.isAccepted !== tool.isAccepted) return `one is refused: ${shown}`;
  if (!isDeepStrictEqual(rest.effects, tool.effects)) return `they change other things: ${shown}`;
  if (rest.isAccepted) {
    if (!isDeepStrictEqual(parse(rest.text), parse(tool.text))) return `they answer: ${shown}`;
  } else if (tool.status !== undefined && tool.status !== rest.status) {
    return `the statuses differ: ${shown}`;
  } else if (
    rest.status !== 400 &&
    !said(parse(rest.text)).every((text) => tool.text.includes(text))
  ) {
    // 400: what is wrong with an input is said in lines of the library's own, which name the place.
    return `the model does not read what the client of the route reads: ${shown}`;
  }
  return undefined;
}

/** The texts of the body of an error, without the name of its status. */
function said(body) {
  if (typeof body === 'string') return [body];
  if (typeof body !== 'object' || body === null) return [];
  const { error: _name, ...rest } = body;
  return Object.values(rest).flatMap(said);
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
