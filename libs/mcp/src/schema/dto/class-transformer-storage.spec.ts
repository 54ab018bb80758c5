// @ts-expect-error class-transformer publishes no types for it.
import { MetadataStorage } from 'class-transformer/cjs/MetadataStorage.js';
import { assertDecoratorsAreRead, type TransformerStorage } from './class-transformer-storage.js';

describe('the copy of class-transformer that is read', () => {
  it('is the one that decorators write to', () => {
    expect(() => assertDecoratorsAreRead()).not.toThrow();
  });

  it('stops the boot with a remedy if a bundle contains another', () => {
    const other = new (MetadataStorage as new () => TransformerStorage)();
    expect(() => assertDecoratorsAreRead(other)).toThrow(/two copies[^]*resolve\.mainFields/u);
  });
});
