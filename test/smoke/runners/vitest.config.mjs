import swc from 'unplugin-swc';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: process.cwd(),
  test: { include: ['runners/globals.test.ts'], globals: true },
  plugins: [swc.vite({ module: { type: 'es6' } })],
});
