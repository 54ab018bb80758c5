import 'reflect-metadata';
import { ValidationPipe } from '@nestjs/common';
import { plainToInstance, Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  Length,
  Min,
  validate,
  ValidateNested,
} from 'class-validator';
import { createInputPipe } from '../../build/modules/execution/validation.pipe.js';
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
const pipe = createInputPipe();
const nests = new ValidationPipe({ transform: true, whitelist: true, forbidNonWhitelisted: true });
const item = (n: number) => ({ title: `item ${n}`, quantity: n, price: 1.5, category: 'toys' });

/** 40 properties: 32 of its own, and a list of items in each of 8. */
class OrderInput {}
for (let n = 0; n < 32; n++) {
  const rule = n % 2 === 0 ? IsString() : IsInt();
  rule(OrderInput.prototype, `field${n}`);
}
for (let n = 0; n < 8; n++) {
  ValidateNested({ each: true })(OrderInput.prototype, `items${n}`);
  IsArray()(OrderInput.prototype, `items${n}`);
  Type(() => ItemInput)(OrderInput.prototype, `items${n}`);
}

function order(n: number): object {
  const fields = Array.from({ length: 32 }, (_, i) => [`field${i}`, i % 2 === 0 ? `${n}` : n]);
  const lists = Array.from({ length: 8 }, (_, i) => [`items${i}`, [item(n), item(i), item(n + i)]]);
  return Object.fromEntries([...fields, ...lists]) as object;
}

/** CPU of each way in µs, round by round. */
interface Rounds {
  validate: number[];
  nests: number[];
  pipe: number[];
}

async function measure(
  metatype: new () => object,
  input: (n: number) => object,
  times: number,
): Promise<Rounds> {
  const metadata = { type: 'body', metatype, data: undefined } as const;
  const by = (own: Pick<ValidationPipe, 'transform'>) => async (n: number) => {
    if (!((await own.transform(input(n), metadata)) instanceof metatype)) throw new Error('lost');
  };
  const byPackages = async (n: number): Promise<void> => {
    const errors = await validate(plainToInstance(metatype, input(n)), options);
    if (errors.length > 0) throw new Error('refused');
  };
  const rounds: Rounds = { validate: [], nests: [], pipe: [] };
  for (let round = 0; round < 16; round++) {
    const validated = await time(byPackages, times);
    const nest = await time(by(nests), times);
    const piped = await time(by(pipe), times);
    // The first ones warm up.
    if (round < 5) continue;
    rounds.validate.push(validated);
    rounds.nests.push(nest);
    rounds.pipe.push(piped);
  }
  return rounds;
}

async function time(run: (n: number) => Promise<void>, times: number): Promise<number> {
  const { user, system } = process.cpuUsage();
  for (let n = 0; n < times; n++) await run(n);
  const after = process.cpuUsage();
  return (after.user + after.system - user - system) / times;
}

conclude({
  five: await measure(ItemInput, item, 5_000),
  forty: await measure(OrderInput, order, 300),
});
