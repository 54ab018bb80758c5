// The library in few files: Node takes longer to find and link some 350 small ones than to run them.
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { rollup } from 'rollup';

/**
 * Replaces the ES modules that `tsc` has written to `folder` by one for each entry point (`index.js`), and those that
 * entry points share. Writes the same as CommonJS, with the types, to the folder `commonJs` if it is given.
 */
export async function bundleLibrary(folder, commonJs) {
  const modules = readdirSync(folder, { recursive: true }).filter((file) => file.endsWith('.js'));
  const entries = modules.filter((file) => /(^|[/\\])index\.js$/.test(file));
  const bundle = await rollup({
    input: Object.fromEntries(entries.map((file) => [file.slice(0, -3), join(folder, file)])),
    // Packages, and what has to be CommonJS, are loaded as they are.
    external: (id) => id.endsWith('.cjs') || !(id.startsWith('.') || isAbsolute(id)),
    // Whatever a module does when it is loaded is done in the bundle too.
    treeshake: false,
    onwarn({ code, message }) {
      // `tsc` asks for helpers of decorators that are inherited by `this`.
      if (code !== 'THIS_IS_UNDEFINED') throw new Error(message);
    },
  });
  for (const file of modules) rmSync(join(folder, file));
  if (commonJs !== undefined) {
    cpSync(folder, commonJs, { recursive: true });
    await bundle.write({
      dir: commonJs,
      format: 'cjs',
      exports: 'named',
      interop: 'auto',
      // `import()` fails in a Jest that runs CommonJS.
      dynamicImportInCjs: false,
      ...chunks,
    });
  }
  await bundle.write({ dir: folder, format: 'es', ...chunks });
  await bundle.close();
}

const chunks = { chunkFileNames: 'shared/[name].js', hoistTransitiveImports: false };
