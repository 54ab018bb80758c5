import 'reflect-metadata';
import { jest } from '@jest/globals';
import { ValidationPipe } from '@nestjs/common';
import * as transformerPackage from 'class-transformer';
import * as validatorPackage from 'class-validator';

class OtherValidator {}

let loaded: object = validatorPackage;

jest.unstable_mockModule('../dto-packages.js', () => ({
  loadDtoPackages: async () => ({ validatorPackage: loaded, transformerPackage }),
}));

describe('A pipe of Nest’s', () => {
  it('is followed only if its class-validator is the one that is watched for changes', async () => {
    const { callsPackagesItself } = await import('./pipe-packages.js');
    const pipe = new ValidationPipe({ validatorPackage, transformerPackage });
    expect(await callsPackagesItself(pipe)).toBe(true);
    loaded = { ...validatorPackage, Validator: OtherValidator };
    expect(await callsPackagesItself(pipe)).toBe(false);
  });
});
