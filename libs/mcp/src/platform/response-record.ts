import type { OutgoingHttpHeader, ServerResponse } from 'node:http';

/** Headers that determine the framing of the answer: an enhancer that sets them would corrupt it. */
const framing = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'keep-alive',
  'mcp-session-id',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** The record of a detached response. */
export class ResponseRecord {
  readonly chunks: Buffer[] = [];
  /** A body that was given as a value; it takes precedence over the chunks. */
  value: unknown = undefined;
  /** Whether the application itself has ended the response. */
  ended = false;
  finished = false;
  over = false;
  /** The values on the real response before a header with several values was copied to it. */
  private listed: Map<string, OutgoingHttpHeader | undefined> | undefined;

  constructor(readonly real: ServerResponse | undefined) {}

  /** Copies a header to the real response, unless its headers have been sent. */
  copy(name: string, value: OutgoingHttpHeader | undefined): void {
    const { real } = this;
    const key = name.toLowerCase();
    if (!real || this.over || real.headersSent || framing.has(key)) return;
    try {
      const merged = key === 'set-cookie' || key === 'vary' ? this.merge(real, key, value) : value;
      if (merged === undefined) real.removeHeader(name);
      else real.setHeader(name, merged);
    } catch {
      // An illegal name or value only matters for the copy: the detached response has refused it already.
    }
  }

  private merge(real: ServerResponse, key: string, value: OutgoingHttpHeader | undefined) {
    this.listed ??= new Map();
    if (!this.listed.has(key)) this.listed.set(key, real.getHeader(key));
    const all = [this.listed.get(key), value].flatMap((one) =>
      one === undefined ? [] : Array.isArray(one) ? one : [String(one)],
    );
    if (all.length === 0) return undefined;
    return key === 'vary' ? all.join(', ') : all;
  }
}
