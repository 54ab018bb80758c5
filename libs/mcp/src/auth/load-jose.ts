type Jose = typeof import('jose');

/**
 * Loads jose late: it is an ES module, which only those who verify JWTs need. Throws an `Error` that says what to do where the test
 * runner loads CommonJS only.
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
