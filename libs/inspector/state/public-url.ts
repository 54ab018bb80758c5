import type { ShownServer } from '../../mcp/src/inspector/inspector-page.js';
import { urlOf, type Way } from '../connection/connect.js';
import { page } from './inspector.js';

/** The URL of a server for its clients: under its `publicUrl` if that is set, else the one that this browser uses. */
export function publicUrlOf(server: ShownServer, way: Way): string {
  if (!page.value) return '';
  if (server.publicUrl === undefined) return urlOf(page.value, server, way).href;
  const [path = ''] = way === 'sse' ? server.sse : server.streamableHttp;
  return server.publicUrl.replace(/\/+$/, '') + path;
}
