import type { Type, ValidationPipeOptions } from '@nestjs/common';
import { FORMATS } from './formats.corpus.js';
import { PEOPLE } from './people.corpus.js';
import { Grouped, SHAPES } from './shapes.corpus.js';
import { SHOP } from './shop.corpus.js';

/** Every class, by name, with the options that it is about. */
export const CORPUS: readonly (readonly [string, Type, ValidationPipeOptions])[] = [
  ...[...SHOP, ...PEOPLE, ...FORMATS, ...SHAPES].map(
    (type) => [type.name, type as Type, {}] as const,
  ),
  ['Grouped (create)', Grouped, { groups: ['create'] }],
  ['Grouped (update)', Grouped, { groups: ['update'] }],
  ['Grouped (strict)', Grouped, { strictGroups: true, forbidNonWhitelisted: false }],
];
