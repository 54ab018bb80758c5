/** One client on one keep-alive connection (HTTP+SSE: and one stream). Throws on every answer that is not a result. */
export interface BenchClient {
  request(method: string, params: object): Promise<Result>;
  close(): Promise<void>;
}

/** The result of a call, as far as it is looked at. */
export interface Result {
  content?: { text: string }[];
  contents?: { text: string }[];
  tools?: object[];
  resources?: object[];
  nextCursor?: string;
  isError?: boolean;
}

/** The revision that clients of the legacy era ask for. */
export const LEGACY = '2025-06-18';

/** What every client says at first. */
export const hello = {
  protocolVersion: LEGACY,
  capabilities: {},
  clientInfo: { name: 'bench', version: '1.0.0' },
};
