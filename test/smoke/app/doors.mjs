// Opens the named doors of the installed package (all of them by default), by `import` and by `require`.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { exports } = require('nestjs-mcp/package.json');
const all = Object.keys(exports).filter((door) => door !== './package.json');
const named = process.argv.slice(2);

for (const door of named.length > 0 ? named : all) {
  const name = door.replace('.', 'nestjs-mcp');
  const imported = Object.keys(await import(name))
    .filter((key) => key !== 'default' && key !== 'module.exports')
    .toSorted()
    .join(', ');
  if (name === 'nestjs-mcp') assertSdkIsLate(name);
  const required = Object.keys(require(name)).toSorted().join(', ');
  if (imported === '' || imported !== required) {
    throw new Error(`${name}: import gives "${imported}", require gives "${required}"`);
  }
}

/** The SDK takes more time and memory than everything else: only the first legacy client needs it. */
function assertSdkIsLate(name) {
  require(name);
  const early = Object.keys(require.cache).filter((file) => file.includes('@modelcontextprotocol'));
  if (early.length > 0) throw new Error(`${name} loads ${early[0]} at once`);
}
