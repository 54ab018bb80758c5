import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildInspector } from '../../scripts/build-inspector.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const built = join(root, 'dist/src/main.js');

/** Jest's global setup: stories over stdio start the built app, so it is built where its sources are newer; so is the inspector's page. */
export default async function buildApp() {
  await buildInspector({ ifNeeded: true });
  const sources = ['src', 'libs/mcp/src'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(join(entry.parentPath ?? entry.path, entry.name)).mtimeMs),
  );
  if (existsSync(built) && statSync(built).mtimeMs > Math.max(...sources)) return;
  const nest = createRequire(import.meta.url).resolve('@nestjs/cli/bin/nest.js');
  execFileSync(process.execPath, [nest, 'build'], { cwd: root, stdio: 'inherit' });
}
