/** The URI with its scheme in lower case: schemes are case-insensitive (RFC 3986, 3.1). */
export function lowerScheme(uri: string): string {
  return uri.replace(/^[A-Za-z][A-Za-z0-9+.-]*:/, (scheme) => scheme.toLowerCase());
}
