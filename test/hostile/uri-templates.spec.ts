import fc from 'fast-check';
import { UriTemplate } from '../../libs/mcp/src/resources/uri-template.js';

/** Templates whose variables can be told apart in many ways, and what makes a matcher try them all. */
const pathological: [template: string, uri: string][] = [
  ['x://{a}{b}{c}', `x://${'a'.repeat(8_000)}/`],
  ['x://{a}-{b}-{c}-{d}', `x://${'-'.repeat(8_000)}/`],
  ['x://{+a}-{+b}-end', `x://${'-'.repeat(8_000)}`],
  ['x://{+a}/{b}.{c}', `x://${'/.'.repeat(4_000)}#`],
  ['x://{a*}-{b*}', `x://${'-'.repeat(8_000)}/`],
  ['x://{.a*}{.b*}', `x://${'.a'.repeat(4_000)}/`],
  ['x://{/a*}{/b*}', `x://${'/a'.repeat(4_000)}#`],
  ['x://{;a}{;b}{;c}', `x://${';a'.repeat(4_000)}#`],
  ['x://{;a*}{;b*}', `x://${';a'.repeat(4_000)}#`],
  ['x://{#a*,b}', `x://#${','.repeat(8_000)}`],
  ['x://{.a}{.b}{.c}', `x://${'.a'.repeat(4_000)}/`],
  ['x://{a:128}{b:128}/', `x://${'%C3%BC'.repeat(1_300)}`],
  ['x://{a,b,c}', `x://${','.repeat(8_000)}/`],
  ['x://{a}{?b,c}', `x://${'?'.repeat(8_000)}`],
  ['x://{+a}', `x://${'x'.repeat(1_000_000)}`],
];

describe('matching a URI template', () => {
  it.each(pathological)('takes a bounded time for %s', (source, uri) => {
    const template = new UriTemplate(source);
    const started = performance.now();
    template.match(uri);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('is refused for prefixes that are long together, at once', () => {
    expect(() => new UriTemplate('x://{a:128}{b:129}')).toThrow(/longer than 256 characters/);
    expect(() => new UriTemplate('x://{a:9999}{b:9999}')).toThrow(/longer than 256 characters/);
    expect(() => new UriTemplate('x://{a:0}')).toThrow(/not RFC 6570/);
  });

  it('finds the values with which a template was expanded', () => {
    const value = fc.stringMatching(/^[a-z0-9~ü€🦊 %]{1,12}$/u);
    fc.assert(
      fc.property(value, value, value, (a, b, c) => {
        const [x, y, z] = [a, b, c].map(encodeURIComponent);
        const expansions: [string, string][] = [
          ['x://{a}/{b}.{c}', `x://${x}/${y}.${z}`],
          ['x://{a}-{b}-{c}', `x://${x}-${y}-${z}`],
          ['x://{a}{/b}{?c}', `x://${x}/${y}?c=${z}`],
          ['x://{a}/{+b}{.c}', `x://${x}/${y}.${z}`],
          ['x://{a,b}{#c}', `x://${x},${y}#${z}`],
          ['x://{a:12}{;b,c}', `x://${x};b=${y};c=${z}`],
          ['x://{/a}{;b}{#c}', `x:///${x};b=${y}#${z}`],
        ];
        for (const [template, uri] of expansions) {
          expect({ ...new UriTemplate(template).match(uri) }).toEqual({ a, b, c });
        }
        const lists: [string, string][] = [
          ['x://{/l*}', `x:///${x}/${y}/${z}`],
          ['x://{.l*}', `x://.${x}.${y}.${z}`],
          ['x://{l*}', `x://${x},${y},${z}`],
          ['x://{+l*}', `x://${x},${y},${z}`],
          ['x://{#l*}', `x://#${x},${y},${z}`],
          ['x://{;l*}', `x://;l=${x};l=${y};l=${z}`],
          ['x://{?l*}', `x://?l=${x}&l=${y}&l=${z}`],
        ];
        for (const [template, uri] of lists) {
          expect({ ...new UriTemplate(template).match(uri) }).toEqual({ l: [a, b, c] });
        }
      }),
    );
  });
});
