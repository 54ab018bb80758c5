import { RoutePattern } from './route-pattern.js';

describe('The pattern of a route', () => {
  it.each([
    ['/mcp', '/mcp', true],
    ['/mcp', '/MCP/', true],
    ['/mcp', '/mcp/x', false],
    ['/:tenant/api/mcp', '/acme/api/mcp', true],
    ['/:tenant/api/mcp', '/api/mcp', false],
    ['/v:major.:minor/mcp', '/v1.2/mcp', true],
    ['/v:major.:minor/mcp', '/v1/mcp', false],
    [String.raw`/:id(\d+)`, '/12', true],
    [String.raw`/:id(\d+)`, '/mcp', false],
    ['/files{/:id}', '/files', true],
    ['/files{/:id}', '/files/1', true],
    ['/*rest', '/a/b/c', true],
    ['/*rest', '/', false],
    ['/{*rest}', '/', true],
    ['/mcp/*', '/mcp', true],
    ['/a/*mid/z', '/a/b/c/z', true],
    ['/a/*mid/z', '/a/b/c', false],
  ])('%s and %s: %s', (route, path, expected) => {
    expect(new RoutePattern(route).matches(path)).toBe(expected);
  });

  it.each([
    ['/:a/x', '/y/:b', true],
    ['/:a/x', '/y/z', false],
    ['/*rest', '/:tenant/api/mcp', true],
    ['/api/*rest', '/:tenant/api/mcp', true],
    ['/api/*rest', '/*other', true],
    ['/admin/*rest', '/api/:id', false],
    ['/:a', '/:b/:c', false],
  ])('%s and %s have a path in common: %s', (one, other, expected) => {
    expect(new RoutePattern(one).overlaps(new RoutePattern(other))).toBe(expected);
    expect(new RoutePattern(other).overlaps(new RoutePattern(one))).toBe(expected);
  });
});
