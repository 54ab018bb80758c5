import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

/**
 * Serves a registry whose only package is a packed one, as its newest version, and that sends clients on for every other package: so
 * `nest add` and `npm install` find it by its name. Gives the environment that the package managers need, and `close`.
 */
export async function serveRegistry(tarball) {
  const next = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim();
  const bytes = readFileSync(tarball);
  const text = execFileSync('tar', ['-xzOf', tarball, 'package/package.json'], {
    encoding: 'utf8',
  });
  const manifest = JSON.parse(text);
  const { name, version } = manifest;
  const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  const shasum = createHash('sha1').update(bytes).digest('hex');

  const server = createServer((request, response) => {
    if (request.url === `/${name}`) {
      const dist = { tarball: `${url}/${name}/-/${name}-${version}.tgz`, integrity, shasum };
      const versions = { [version]: { ...manifest, dist } };
      const document = { name, 'dist-tags': { latest: version }, versions };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(document));
    } else if (request.url.startsWith(`/${name}/-/`)) {
      response.end(bytes);
    } else {
      response.writeHead(307, { location: new URL(request.url, next).href }).end();
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${server.address().port}`;
  return {
    environment: { npm_config_registry: url, YARN_REGISTRY: url },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
