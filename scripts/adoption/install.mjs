import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { run } from '../run-command.mjs';

const sources = fileURLToPath(new URL('../../test/adoption/apps', import.meta.url));

/** What the applications need, by the major version of Nest. */
const packages = {
  11: {
    '@nestjs/common': '^11.0.0',
    '@nestjs/core': '^11.0.0',
    '@nestjs/cqrs': '^11.0.0',
    '@nestjs/graphql': '^13.0.0',
    '@nestjs/platform-express': '^11.0.0',
    '@nestjs/platform-fastify': '^11.0.0',
    '@nestjs/swagger': '^11.0.0',
    'class-validator': '^0.14.0',
    typescript: '~5.9.0',
  },
  12: {
    '@nestjs/common': '^12.0.0',
    '@nestjs/core': '^12.0.0',
    '@nestjs/cqrs': '^12.0.0',
    '@nestjs/graphql': '^14.0.0',
    '@nestjs/platform-express': '^12.0.0',
    '@nestjs/platform-fastify': '^12.0.0',
    '@nestjs/swagger': '^12.0.0',
    'class-validator': '^0.15.1',
    typescript: '~6.0.3',
  },
};
const common = {
  '@nestjs/jwt': '^12.0.2',
  '@nestjs/passport': '^12.0.0',
  '@swc/core': '^1.15.18',
  '@types/node': '^20.19.43',
  '@types/passport-jwt': '^4.0.1',
  'class-transformer': '^0.5.1',
  graphql: '^16.11.0',
  passport: '^0.7.0',
  'passport-jwt': '^4.0.1',
  'reflect-metadata': '^0.2.2',
  rxjs: '^7.8.2',
  webpack: '^5.105.4',
  zod: '^4.6.7',
};

/** The command line of pnpm, installed for this run. */
export async function installPnpm(scratch) {
  const folder = join(scratch, 'pnpm');
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  await run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', 'pnpm@10'], folder);
  return join(folder, 'node_modules/.bin/pnpm');
}

/** A folder with the packages of the applications and the packed library, laid out by one package manager. */
export async function install({ scratch, nest, manager, pnpm, tarball }) {
  const folder = join(scratch, `nest-${nest}-${manager}`);
  mkdirSync(folder);
  const dependencies = { ...packages[nest], ...common, 'nestjs-mcp': `file:${tarball}` };
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'adoption', private: true, dependencies }),
  );
  if (manager === 'npm') {
    await run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], folder);
  } else {
    await run(pnpm, ['install', '--no-frozen-lockfile', '--loglevel=error'], folder);
  }
  return folder;
}

/** Builds the applications in one way; the return is the program that runs them. */
export function build(folder, way) {
  if (way === 'webpack') return bundle(folder);
  const [compiler, format] = way.split(' ');
  const home = join(folder, `${compiler}-${format}`);
  cpSync(sources, join(home, 'src'), { recursive: true });
  const type = format === 'ESM' ? 'module' : 'commonjs';
  writeFileSync(join(home, 'package.json'), JSON.stringify({ type }));
  return compiler === 'ts' ? compile(folder, home) : transpile(folder, home, format);
}

async function compile(folder, home) {
  const compilerOptions = {
    module: 'nodenext',
    target: 'ES2023',
    types: ['node'],
    strict: true,
    strictPropertyInitialization: false,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    skipLibCheck: true,
    rootDir: 'src',
    outDir: 'dist',
  };
  const configuration = { compilerOptions, include: ['src'] };
  writeFileSync(join(home, 'tsconfig.json'), JSON.stringify(configuration));
  await run(join(folder, 'node_modules/.bin/tsc'), ['-p', home], folder);
  return join(home, 'dist/main.js');
}

async function transpile(folder, home, format) {
  const swc = createRequire(join(folder, 'package.json'))('@swc/core');
  mkdirSync(join(home, 'dist'));
  for (const file of readdirSync(join(home, 'src'))) {
    const { code } = await swc.transform(readFileSync(join(home, 'src', file), 'utf8'), {
      filename: file,
      swcrc: false,
      jsc: {
        target: 'es2022',
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: true },
        keepClassNames: true,
      },
      module: { type: format === 'ESM' ? 'es6' : 'commonjs' },
    });
    writeFileSync(join(home, 'dist', file.replace(/\.ts$/, '.js')), code);
  }
  return join(home, 'dist/main.js');
}

/** One file with every package in it, as functions in a cloud are deployed. */
async function bundle(folder) {
  const entry = await build(folder, 'ts CommonJS');
  const require = createRequire(join(folder, 'package.json'));
  const webpack = require('webpack');
  const path = join(folder, 'bundle');
  mkdirSync(path);
  const compiler = webpack({
    entry: pathToFileURL(entry).pathname,
    mode: 'none',
    target: 'node',
    output: { path, filename: 'main.cjs' },
    // As the library asks for at boot: of class-transformer there must be one copy.
    resolve: { mainFields: ['main', 'module'] },
    plugins: [
      new webpack.IgnorePlugin({
        checkResource: (name, from) => /^[@a-z]/.test(name) && isMissing(name, from),
      }),
    ],
  });
  const stats = await promisify(compiler.run.bind(compiler))();
  await promisify(compiler.close.bind(compiler))();
  if (stats.hasErrors()) throw new Error(stats.toString({ all: false, errors: true }));
  return join(path, 'main.cjs');
}

/** Whether a package that a file asks for is not installed: Nest asks for some and can do without. */
function isMissing(name, from) {
  try {
    createRequire(join(from, 'from.js')).resolve(name);
    return false;
  } catch {
    return true;
  }
}
