import { deepStrictEqual, match } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { freePort, listening } from '../free-port.mjs';
import { httpTransports, withClient } from '../mcp-client.mjs';
import { run } from '../run-command.mjs';
import { startServer } from '../server-process.mjs';
import { installTogether } from '../tools-aside.mjs';

const managers = { pnpm: '10.34.8', yarn: '1.22.22' };

/** A project made by Nest's own command line, in the hands of one package manager. */
export class NestProject {
  /** `format`: the CLI of Nest 12 makes ES modules unless it is asked for CommonJS; that of Nest 11 knows CommonJS only. */
  constructor({ scratch, major, format, manager, registry, node }) {
    const kind = format === 'CommonJS' ? 'cjs' : 'esm';
    this.name = `shop-${major}-${kind}-${manager}`;
    this.title = `Nest CLI ${major}, ${format}, ${manager}`;
    this.folder = join(scratch, this.name);
    Object.assign(this, { scratch, major, kind, manager, registry, node });
  }

  /** Installs what a developer has on the machine already: Nest's command line and the package managers. */
  async prepare() {
    const cli = await installTogether(`nest-cli-${this.major}`, { '@nestjs/cli': this.major });
    const tools = await installTogether('package-managers', managers);
    this.newNest = join(cli, 'node_modules/.bin/nest');
    const node = this.node === undefined ? [] : [dirname(this.node)];
    this.path = [...node, join(tools, 'node_modules/.bin'), process.env.PATH].join(delimiter);
  }

  /** `nest new`, without its installation. */
  async create() {
    const options = ['--skip-git', '--skip-install', '--package-manager', this.manager];
    const isAsked = this.major !== '11' && this.kind === 'cjs';
    const words = isAsked
      ? ['generate', 'application', this.name, '--type', 'cjs']
      : ['new', this.name, ...options, '--strict', '--language', 'ts'];
    await run(this.newNest, words, this.scratch);
  }

  /** The package manager's installation of what `package.json` names. */
  async install() {
    const quiet = { npm: ['--no-audit', '--no-fund'], pnpm: [], yarn: ['--silent'] };
    await this.run(this.manager, ['install', ...quiet[this.manager]]);
  }

  /** The project's own `nest`. */
  nest(...words) {
    return this.run(join(this.folder, 'node_modules/.bin/nest'), words, this.registry);
  }

  /** A script of the project. */
  script(name) {
    return this.run(this.manager, ['run', name], this.registry);
  }

  run(command, words, extra = {}) {
    return run(command, words, this.folder, { PATH: this.path, NO_COLOR: '1', ...extra });
  }

  source(path) {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  /** Starts a built application; the return is where it listens, and how it is stopped. */
  async start(main) {
    const port = await freePort();
    // An application of a monorepo reads `port`.
    const env = { PORT: String(port), port: String(port), NO_COLOR: '1' };
    const server = startServer(process.execPath, [main], { cwd: this.folder, env });
    await server.until(/Nest application successfully started/);
    await listening(port);
    return { origin: `http://localhost:${port}`, stop: () => server.stop() };
  }

  /** A client calls the generated tool of a built application, and reads the skill where one was made. */
  async call(main, { skill } = {}) {
    const { origin, stop } = await this.start(main);
    await withClient(httpTransports['Streamable HTTP'](origin), async (client) => {
      const answer = await client.callTool({ name: 'hello', arguments: { name: 'Ada' } });
      deepStrictEqual(answer.structuredContent, { greeting: 'Hello Ada!' });
      if (skill === undefined) return;
      const { contents } = await client.readResource({ uri: `skill://${skill}/SKILL.md` });
      match(contents[0].text, new RegExp(`name: ${skill}`));
    });
    await stop();
  }
}
