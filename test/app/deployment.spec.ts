import { existsSync, readFileSync } from 'node:fs';
import { DockerfileParser } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { parse as parseNginx } from 'nginx-conf';
import { parse as parseYaml } from 'yaml';
import { environmentSchema } from '../../src/config/environment.js';

const textOf = (file: string): string => readFileSync(file, 'utf8');

const variables = Object.keys(environmentSchema.shape);

describe('the Dockerfile', () => {
  const text = textOf('Dockerfile');
  const instructions = DockerfileParser.parse(text).getInstructions();
  const lastFrom = instructions.findLastIndex((one) => one.getKeyword() === 'FROM');
  const final = instructions.slice(lastFrom).map((one) => one.toString().replace(/\s+/g, ' '));

  it('passes its linter', () => {
    expect(validate(text)).toEqual([]);
  });

  it('builds in one stage and runs in another, not as root, with a health check', () => {
    expect(lastFrom).toBeGreaterThan(0);
    expect(final).toContain('USER node');
    expect(final.some((line) => line.startsWith('HEALTHCHECK'))).toBe(true);
    expect(final.at(-1)).toBe('CMD ["node", "dist/src/main.js"]');
  });

  it('runs no script of a package while it installs', () => {
    const npm = [...text.matchAll(/npm (?:ci|install|prune)[^&\n]*/g)].map(([command]) => command);
    expect(npm.map((command) => command.split(' ')[1])).toEqual(['ci', 'prune']);
    for (const command of npm) expect(command).toContain('--ignore-scripts');
  });

  it('copies only files that exist and that .dockerignore includes', () => {
    const copied = DockerfileParser.parse(text)
      .getCOPYs()
      .filter((copy) => copy.getFlags().length === 0)
      .flatMap((copy) => copy.getArguments().slice(0, -1))
      .map((argument) => argument.getValue());
    const letThrough = textOf('.dockerignore').split('\n');
    expect(copied).toContain('src');
    for (const file of copied) {
      expect([file, existsSync(file)]).toEqual([file, true]);
      expect(letThrough).toContain(`!${file}`);
    }
  });
});

describe('compose.yaml', () => {
  interface Service {
    image?: string;
    profiles?: string[];
    environment?: Record<string, string>;
    ports: string[];
    depends_on?: string[] | Record<string, unknown>;
    volumes?: string[];
    deploy?: { replicas: number };
  }
  const compose = parseYaml(textOf('compose.yaml')) as {
    services: Record<'inventory' | 'caddy' | 'replica' | 'balancer' | 'redis', Service>;
    volumes: Record<string, unknown>;
  };

  it('publishes the app on this machine only, and sets only variables that the app reads', () => {
    const { ports, environment } = compose.services.inventory;
    expect(ports).toEqual(['127.0.0.1:3000:3000']);
    for (const name of Object.keys(environment ?? {})) expect(variables).toContain(name);
  });

  it('has a profile of three replicas that share a Redis, behind a balancer on this machine', () => {
    const { replica, balancer, redis } = compose.services;
    expect([replica.deploy?.replicas, balancer.ports]).toEqual([3, ['127.0.0.1:8080:80']]);
    for (const name of Object.keys(replica.environment ?? {})) expect(variables).toContain(name);
    expect(new URL(replica.environment?.['REDIS_URL'] ?? '').hostname).toBe('redis');
    expect(redis).toBeDefined();
  });

  it('builds the app from this Dockerfile, and uses every other image by name and version', () => {
    const { inventory, replica, ...others } = compose.services;
    expect([inventory.image, replica.image]).toEqual([undefined, undefined]);
    for (const { image } of Object.values(others)) expect(image).toMatch(/^(?:caddy|redis):\d+$/);
  });

  it('starts no service before its dependencies', () => {
    for (const [name, { depends_on: needed = [], profiles }] of Object.entries(compose.services)) {
      for (const other of Array.isArray(needed) ? needed : Object.keys(needed)) {
        const found = compose.services[other as keyof typeof compose.services];
        const isStarted = !found?.profiles || found.profiles.some((one) => profiles?.includes(one));
        expect([name, other, found !== undefined && isStarted]).toEqual([name, other, true]);
      }
    }
  });

  it('points its proxies to services, at the port that the image exposes', () => {
    const [, port] = /^EXPOSE (\d+)$/m.exec(textOf('Dockerfile')) ?? [];
    const replicas = /dynamic a (\w+) (\d+)/.exec(textOf('deploy/scale.Caddyfile')) ?? [];
    expect(replicas.slice(1)).toEqual(['replica', port]);
    const { environment } = compose.services.caddy;
    expect(environment?.['UPSTREAM']).toBe(`inventory:${port}`);
    const used = textOf('deploy/Caddyfile').match(/(?<=\{\$)\w+/g) ?? [];
    expect(Object.keys(environment ?? {}).toSorted()).toEqual(used.toSorted());
  });

  it('mounts volumes that it declares and files that exist', () => {
    for (const { volumes = [] } of Object.values(compose.services)) {
      for (const volume of volumes) {
        const source = volume.split(':')[0] ?? '';
        const known = source.startsWith('./') ? existsSync(source) : source in compose.volumes;
        expect([source, known]).toEqual([source, true]);
      }
    }
  });
});

describe('the nginx snippet', () => {
  it('parses, and passes streams on unbuffered and for long', async () => {
    const tree = await new Promise<{ children: Directive[] | null } | undefined>(
      (resolve, reject) => {
        parseNginx(textOf('deploy/nginx.conf'), (error, root) =>
          error === null ? resolve(root) : reject(error),
        );
      },
    );
    const server = tree?.children?.find(({ name }) => name === 'server');
    const streams = server?.children?.find(({ value }) => value.includes('mcp|sse|messages'));
    const settings = streams?.children?.map(({ name, value }) => `${name} ${value}`);
    expect(settings).toEqual(
      expect.arrayContaining(['proxy_buffering off', 'proxy_read_timeout 1h', 'gzip off']),
    );
  });

  interface Directive {
    name: string;
    value: string;
    children: Directive[] | null;
  }
});

describe('.env.example', () => {
  it('names every variable once, and passes the check of the environment as it is', () => {
    const lines = textOf('.env.example').split('\n');
    const entries = lines.filter((line) => /^\w+=/.test(line)).map((line) => line.split('='));
    expect(entries.map(([name]) => name)).toEqual(variables);
    expect(environmentSchema.parse(Object.fromEntries(entries))).toEqual(
      environmentSchema.parse({}),
    );
  });
});

describe('the client configurations', () => {
  it('contain every transport, with and without a token', () => {
    const open = JSON.parse(textOf('.mcp.json'));
    expect(open.mcpServers).toEqual({
      inventory: { type: 'http', url: 'http://localhost:3000/mcp' },
      'inventory-sse': { type: 'sse', url: 'http://localhost:3000/sse' },
      'inventory-stdio': { command: 'node', args: ['dist/src/main.js', '--stdio'] },
    });
    const closed = JSON.parse(textOf('deploy/with-token.mcp.json'));
    for (const { headers } of Object.values<{ headers: object }>(closed.mcpServers)) {
      expect(headers).toEqual({ Authorization: 'Bearer ${MCP_TOKEN}' });
    }
  });
});
