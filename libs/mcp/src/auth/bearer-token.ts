/** The characters of a bearer token, as the source of a regular expression (`b64token` of RFC 6750, 2.1). */
export const BEARER_TOKEN = String.raw`[\w.~+/-]+=*`;
