/** A `WWW-Authenticate` value of the Bearer scheme (RFC 6750, 3). Values are quoted and escaped. */
export function bearerChallenge(parameters: Readonly<Record<string, string>>): string {
  const quoted = Object.entries(parameters).map(([name, value]) => {
    const safe = value.replaceAll(/[^\x20-\x7e]/g, '?').replaceAll(/["\\]/g, String.raw`\$&`);
    return `${name}="${safe}"`;
  });
  return `Bearer ${quoted.join(', ')}`;
}
