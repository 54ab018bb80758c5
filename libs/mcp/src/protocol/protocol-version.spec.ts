import {
  LATEST_PROTOCOL_VERSION,
  SUPPORTED_PROTOCOL_VERSIONS,
} from '@modelcontextprotocol/sdk/types.js';
import { negotiate, servedVersions } from './protocol-version.js';

describe('The revisions of the legacy era', () => {
  it('are those of the SDK, which answers their handshakes', () => {
    expect(servedVersions.legacy).toEqual(SUPPORTED_PROTOCOL_VERSIONS);
  });

  it.each([...SUPPORTED_PROTOCOL_VERSIONS, '1.0', undefined, '2026-07-28'])(
    'are negotiated like the SDK does: %s',
    (asked) => {
      const answered = SUPPORTED_PROTOCOL_VERSIONS.includes(String(asked))
        ? asked
        : LATEST_PROTOCOL_VERSION;
      expect(negotiate(asked)).toBe(answered);
    },
  );
});
