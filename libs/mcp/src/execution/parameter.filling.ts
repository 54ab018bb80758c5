import { ValidationPipe, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import type { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { ParamsTokenFactory } from '@nestjs/core/pipes/params-token-factory.js';
import { InvalidInputException } from '../errors/invalid-input.exception.js';
import { isDtoClass } from '../schema/dto.property.js';
import type { BoundParameter, ParameterPlan, PipelineArguments } from './parameter.plan.js';

/** A parameter whose pipes are instances, and whose custom factory is bound to its context. */
export interface ExchangedParameter extends BoundParameter {
  readonly resolvedPipes: PipeTransform[];
  readonly extract: (args: PipelineArguments, checked: unknown) => unknown;
}

type InputPipeOf = (appPipe: ValidationPipe | undefined) => PipeTransform;

/** Fills every parameter; what is wrong with several of them is told at once. */
export function fillParameters(
  pipes: PipeTransform[],
  parameters: readonly ExchangedParameter[],
  plan: ParameterPlan,
  inputPipe: InputPipeOf,
) {
  const filled = parameters.map((parameter): FilledParameter => {
    const { type, data, metatype } = parameter;
    return {
      ...parameter,
      chain: parameter.piped ? chainOf(pipes, parameter, inputPipe) : [],
      metadata: { type: tokens.exchangeEnumForString(type as RouteParamtypes), data, metatype },
    } as FilledParameter;
  });
  const only = filled.filter(({ chain, factory }) => chain.length > 0 || factory !== undefined);
  const plain = filled.filter((parameter) => !only.includes(parameter));
  return async (target: unknown[], ...args: PipelineArguments): Promise<void> => {
    if (only.length > 1 || plan.spread) return fillAll(filled, plan, target, args);
    // Nearly every method: at most one parameter can be refused, so that nothing has to be gathered.
    const checked = plan.check && (await plan.check(args[3]));
    for (const { index, extract } of plain) {
      const value = extract(args, checked);
      target[index] = value instanceof Promise ? ((await value) as unknown) : value;
    }
    for (const parameter of only) await fill(parameter, target, args, checked);
  };
}

const tokens = new ParamsTokenFactory();

interface FilledParameter extends ExchangedParameter {
  readonly chain: readonly PipeTransform[];
  readonly metadata: ArgumentMetadata;
}

async function fillAll(
  filled: readonly FilledParameter[],
  plan: ParameterPlan,
  target: unknown[],
  args: PipelineArguments,
): Promise<void> {
  const [check] = await Promise.allSettled([plan.check?.(args[3])]);
  if (check.status === 'rejected' && !plan.spread) throw check.reason;
  const checked = check.status === 'fulfilled' ? check.value : undefined;
  const outcomes = await Promise.allSettled(
    filled.map((parameter) => fill(parameter, target, args, checked)),
  );
  const reasons = [...outcomes, check].flatMap((o) =>
    o.status === 'rejected' ? [o.reason as unknown] : [],
  );
  if (reasons.length === 0) return;
  if (reasons.length > 1 && reasons.every((reason) => reason instanceof InvalidInputException)) {
    throw new InvalidInputException(reasons.flatMap(({ lines }) => lines));
  }
  throw reasons[0];
}

async function fill(
  { index, chain, metadata, extract }: FilledParameter,
  target: unknown[],
  args: PipelineArguments,
  checked: unknown,
): Promise<void> {
  let value = await extract(args, checked);
  for (const pipe of chain) value = (await pipe.transform(value, { ...metadata })) as unknown;
  target[index] = value;
}

function chainOf(
  pipes: PipeTransform[],
  parameter: ExchangedParameter,
  inputPipe: InputPipeOf,
): PipeTransform[] {
  const own = parameter.resolvedPipes;
  if (!parameter.dto) {
    // What has been checked by its schema, or is no DTO before a pipe makes one of it.
    const unvalidated = typeof parameter.type === 'number' && isDtoClass(parameter.metatype);
    return [...pipes, ...own].filter((pipe) => !unvalidated || !(pipe instanceof ValidationPipe));
  }
  const chain = [...pipes, ...own].map((pipe) =>
    pipe instanceof ValidationPipe ? inputPipe(pipe) : pipe,
  );
  return chain.some((pipe, i) => pipe !== [...pipes, ...own][i])
    ? chain
    : [inputPipe(undefined), ...chain];
}
