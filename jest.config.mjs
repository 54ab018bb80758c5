// Needs Node's --experimental-vm-modules: `npm test` passes it, .npmrc passes it to `npx jest`.
const flags = `${process.execArgv.join(' ')} ${process.env.NODE_OPTIONS ?? ''}`;
if (!flags.includes('--experimental-vm-modules')) {
  throw new Error(
    'Run the tests with `npm test` (Jest needs --experimental-vm-modules for ES modules).',
  );
}

/** @type {import('jest').Config} */
export default {
  rootDir: '.',
  roots: ['<rootDir>/src', '<rootDir>/libs', '<rootDir>/test', '<rootDir>/examples'],
  testEnvironment: '<rootDir>/test/support/environment.mjs',
  // Jest leaves one core idle: on two cores that doubles the time of the whole run.
  maxWorkers: '100%',
  // On Node 20 a suite's modules stay in the memory of its worker, and a full memory costs the collector more than a new worker costs.
  workerIdleMemoryLimit: '600MB',
  // Two cores may be shared: a story that hangs is told from one that waits for its turn.
  testTimeout: 60_000,
  globalSetup: '<rootDir>/test/support/build-app.mjs',
  testRegex: String.raw`\.(e2e-)?spec\.ts$`,
  moduleFileExtensions: ['ts', 'cts', 'js', 'json'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.c?ts$': ['ts-jest', { useESM: true, tsconfig: 'tsconfig.json' }] },
  moduleNameMapper: {
    '^nestjs-mcp$': '<rootDir>/libs/mcp/src/index.ts',
    '^nestjs-mcp/(.*)$': '<rootDir>/libs/mcp/src/$1/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^(\\./(?:own-folder|ajv-packages))\\.cjs$': '$1.cts',
  },
  modulePathIgnorePatterns: ['<rootDir>/(examples/)?dist/', '<rootDir>/libs/[^/]+/dist/'],
  // A test writes modules there: they are no tests of their own, and in watch mode they must not begin the next run.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/docs/.blocks/'],
  watchPathIgnorePatterns: ['<rootDir>/test/docs/.blocks/'],
  coverageProvider: 'v8',
  coverageReporters: ['text-summary', 'html'],
  // The library in the processes of the tests: what the programs that they start run is not counted.
  collectCoverageFrom: ['libs/mcp/src/**/*.ts', '!**/*.spec.ts'],
  // Somewhat under what all tests cover; only looked at with --coverage.
  coverageThreshold: {
    './libs/mcp/src/': { statements: 94, lines: 94, functions: 94, branches: 91 },
  },
};
