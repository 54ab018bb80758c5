type Jose = typeof import('jose');

/**
 * Loads jose on demand: it is an ES module, which only the verification of JWTs needs. Throws an `Error` with a remedy
 * if the test runner loads CommonJS only.
 */
export async function loadJose(): Promise<Jose> {
  try {
    return await import('jose');
  } catch (cause) {
    throw new Error(
      "jwt() could not load the package jose, which is an ES module. In Jest without --experimental-vm-modules add transformIgnorePatterns: ['/node_modules/(?!jose/)'] to the configuration.",
      { cause },
    );
  }
}
