import type { OutgoingHttpHeader, ServerResponse } from 'node:http';

/** Headers that shape the answer itself: an enhancer that sets them would corrupt it. */
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

/** What a detached response remembers. */
export class ResponseRecord {
  readonly chunks: Buffer[] = [];
  /** A body that was given as a value; wins over the chunks. */
  value: unknown = undefined;
  /** The application itself has ended the response. */
  ended = false;
  finished = false;
  over = false;
  /** What the real response carried before a header of several values was copied to it. */
  private listed: Map<string, OutgoingHttpHeader | undefined> | undefined;

  constructor(readonly real: ServerResponse | undefined) {}

  /** Copies a header to the real response, as long as nothing of that has been sent. */
  copy(name: string, value: OutgoingHttpHeader | undefined): void {
    const { real } = this;
    const key = name.toLowerCase();
    if (!real || this.over || real.headersSent || framing.has(key)) return;
    try {
      const merged = key === 'set-cookie' || key === 'vary' ? this.merge(real, key, value) : value;
      if (merged === undefined) real.removeHeader(name);
      else real.setHeader(name, merged);
    } catch {
      // An illegal name or value concerns only the copy: the detached response has refused it already.
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
