import { ValidationPipe, type PipeTransform } from '@nestjs/common';
import { InvalidInputException } from '../errors/invalid-input.exception.js';
import type { PipesConsumer } from '../nest/external-context.js';
import { isDtoClass } from '../schema/dto/dto-property.js';
import type { BoundParameter, ParameterPlan, PipelineArguments } from './parameter-plan.js';

/** A parameter with its pipes resolved. */
export interface ExchangedParameter extends BoundParameter {
  readonly resolvedPipes: PipeTransform[];
  readonly extract: (args: PipelineArguments, checked: unknown) => unknown;
}

/** The fixed settings of a method's parameters. */
export interface FillSettings {
  readonly plan: ParameterPlan;
  readonly consumer: PipesConsumer;
  readonly inputPipe: (appPipe: ValidationPipe | undefined) => PipeTransform;
}

/** Fills every parameter. Problems of several parameters are reported together. */
export function fillParameters(
  pipes: PipeTransform[],
  parameters: readonly ExchangedParameter[],
  { plan, consumer, inputPipe }: FillSettings,
) {
  const filled = parameters.map((parameter) => ({
    ...parameter,
    chain: parameter.piped ? chainOf(pipes, parameter, inputPipe) : [],
  }));
  const refusable = filled.filter(
    ({ chain, factory, settle }) =>
      chain.length > 0 || factory !== undefined || settle !== undefined,
  );
  const given = filled.filter((parameter) => !refusable.includes(parameter));
  return async (target: unknown[], ...args: PipelineArguments): Promise<void> => {
    if (refusable.length > 1 || plan.spread) return fillAll(filled, plan, consumer, target, args);
    // The fast path of nearly every method: only one parameter can be refused, so there is nothing to collect.
    const checked = plan.check && (await plan.check(args[3]));
    for (const { index, extract } of given) {
      const value = extract(args, checked);
      target[index] = value instanceof Promise ? ((await value) as unknown) : value;
    }
    for (const parameter of refusable) await fill(parameter, consumer, target, args, checked);
  };
}

interface FilledParameter extends ExchangedParameter {
  readonly chain: PipeTransform[];
}

async function fillAll(
  filled: readonly FilledParameter[],
  plan: ParameterPlan,
  consumer: PipesConsumer,
  target: unknown[],
  args: PipelineArguments,
): Promise<void> {
  const [check] = await Promise.allSettled([plan.check?.(args[3])]);
  if (check.status === 'rejected' && !plan.spread) throw check.reason;
  const checked = check.status === 'fulfilled' ? check.value : undefined;
  const outcomes = await Promise.allSettled(
    filled.map((parameter) => fill(parameter, consumer, target, args, checked)),
  );
  const reasons = [...outcomes, check].flatMap((o) =>
    o.status === 'rejected' ? [o.reason as unknown] : [],
  );
  if (reasons.length === 0) return;
  if (reasons.length > 1 && reasons.every((reason) => reason instanceof InvalidInputException)) {
    const lines = new Set(reasons.flatMap((reason) => reason.lines));
    const statuses = reasons.map((reason) => reason.getStatus());
    throw new InvalidInputException([...lines], Math.max(...statuses));
  }
  throw reasons[0];
}

async function fill(
  { index, type, data, metatype, chain, extract, settle }: FilledParameter,
  consumer: PipesConsumer,
  target: unknown[],
  args: PipelineArguments,
  checked: unknown,
): Promise<void> {
  const extracted = extract(args, checked);
  // Fastify's reply is a thenable that settles only when the call has ended.
  const value = extracted instanceof Promise ? ((await extracted) as unknown) : extracted;
  const piped =
    chain.length === 0 ? value : await consumer.apply(value, { type, data, metatype }, chain);
  target[index] = settle && piped === value ? await settle(value, args[3]) : piped;
}

function chainOf(
  pipes: PipeTransform[],
  parameter: ExchangedParameter,
  inputPipe: FillSettings['inputPipe'],
): PipeTransform[] {
  const own = parameter.resolvedPipes;
  if (!parameter.dto) {
    // The value was checked by its schema, or a pipe will create the DTO from it.
    const unvalidated = typeof parameter.type === 'number' && isDtoClass(parameter.metatype);
    return [...pipes, ...own].filter((pipe) => !unvalidated || !(pipe instanceof ValidationPipe));
  }
  const chain = [...pipes, ...own];
  const last = chain.findLastIndex((pipe) => pipe instanceof ValidationPipe);
  if (last < 0) return [inputPipe(undefined), ...chain];
  // The last pipe determines which values are valid, as the schema does. The others may contradict it.
  return chain.flatMap((pipe, at) => {
    if (!(pipe instanceof ValidationPipe)) return [pipe];
    return at === last ? [inputPipe(pipe)] : [];
  });
}
