/** A `WWW-Authenticate` value of the Bearer scheme (RFC 6750, 3); values are quoted and cannot break out of their quotes. */
export function bearerChallenge(parameters: Readonly<Record<string, string>>): string {
  const quoted = Object.entries(parameters).map(([name, value]) => {
    const safe = value.replaceAll(/[^\x20-\x7e]/g, '?').replaceAll(/["\\]/g, String.raw`\$&`);
    return `${name}="${safe}"`;
  });
  return `Bearer ${quoted.join(', ')}`;
}
