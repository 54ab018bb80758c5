import 'reflect-metadata';
import { ValidationPipe } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  Length,
  Min,
  validate,
} from 'class-validator';
import { createInputPipe } from '../../build/lib/execution/validation.pipe.js';
import { conclude } from './child.js';

class ItemInput {
  @IsString()
  @Length(1, 200)
  title: string;

  @IsInt()
  @Min(0)
  quantity: number;

  @IsNumber()
  @Min(0)
  price: number;

  @IsIn(['tools', 'toys', 'books'])
  category: string;

  @IsOptional()
  @IsBoolean()
  inStock?: boolean;
}

const options = { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: false };
const metadata = { type: 'body', metatype: ItemInput, data: undefined } as const;
const pipe = createInputPipe();
const nests = new ValidationPipe({ transform: true, whitelist: true, forbidNonWhitelisted: true });
const input = (n: number) => ({ title: `item ${n}`, quantity: n, price: 1.5, category: 'toys' });

const ways = {
  validate: async (n: number) => {
    const errors = await validate(plainToInstance(ItemInput, input(n)), options);
    if (errors.length > 0) throw new Error('refused');
  },
  nests: async (n: number) => {
    if (!((await nests.transform(input(n), metadata)) instanceof ItemInput))
      throw new Error('lost');
  },
  pipe: async (n: number) => {
    if (!((await pipe.transform(input(n), metadata)) instanceof ItemInput)) throw new Error('lost');
  },
};

async function time(run: (n: number) => Promise<void>, times: number): Promise<number> {
  const { user, system } = process.cpuUsage();
  for (let n = 0; n < times; n++) await run(n);
  const after = process.cpuUsage();
  return (after.user + after.system - user - system) / times;
}

const figures = { validate: [] as number[], nests: [] as number[], pipe: [] as number[] };
for (let round = 0; round < 16; round++) {
  const validated = await time(ways.validate, 5_000);
  const nest = await time(ways.nests, 5_000);
  const piped = await time(ways.pipe, 5_000);
  // The first ones warm up.
  if (round < 5) continue;
  figures.validate.push(validated);
  figures.nests.push(nest);
  figures.pipe.push(piped);
}
conclude(figures);
