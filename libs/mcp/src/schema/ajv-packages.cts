// CommonJS in both builds of the package: only `require` loads a package at the moment when a schema is compiled, which
// also happens outside of the boot and in functions that return at once.

/** Ajv for JSON Schema 2020-12. */
export const loadAjv2020 = (): typeof import('ajv/dist/2020.js') => require('ajv/dist/2020.js');

/** Ajv for JSON Schema draft-07. */
export const loadAjv7 = (): typeof import('ajv') => require('ajv');

/** The formats of JSON Schema. */
export const loadFormats = (): typeof import('ajv-formats/dist/formats.js') =>
  require('ajv-formats/dist/formats.js');
