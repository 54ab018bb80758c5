import { readFileSync } from 'node:fs';

const { type } = JSON.parse(readFileSync('package.json', 'utf8'));
const useESM = type === 'module';

export default {
  testEnvironment: 'node',
  testRegex: 'globals\\.test\\.ts$',
  extensionsToTreatAsEsm: useESM ? ['.ts'] : [],
  transform: { '^.+\\.ts$': ['ts-jest', { useESM, diagnostics: false }] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
};
