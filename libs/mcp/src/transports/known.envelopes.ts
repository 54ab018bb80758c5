type Envelope = Readonly<Record<string, unknown>>;

const prefix = 'io.modelcontextprotocol/';
const kept = 256;
const longest = 4_096;

/**
 * Envelopes (`params._meta` of the modern era) that have been found in order. A client sends the same with every request: what
 * is in it for the revision is compared as text; progress tokens, traces and other keys come and go.
 */
export class KnownEnvelopes {
  private readonly texts = new Set<string>();

  has(envelope: Envelope): boolean {
    return this.texts.has(textOf(envelope));
  }

  /** Remembers it in place of the one that has been known for longest. */
  add(envelope: Envelope): void {
    const text = textOf(envelope);
    if (text.length > longest) return;
    this.texts.add(text);
    if (this.texts.size <= kept) return;
    const [oldest = ''] = this.texts;
    this.texts.delete(oldest);
  }
}

function textOf(envelope: Envelope): string {
  return JSON.stringify({
    version: envelope[`${prefix}protocolVersion`],
    client: envelope[`${prefix}clientInfo`],
    capabilities: envelope[`${prefix}clientCapabilities`],
    level: envelope[`${prefix}logLevel`],
  });
}
