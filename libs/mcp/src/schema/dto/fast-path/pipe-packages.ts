import type { ValidationPipe } from '@nestjs/common';
import { validationMembersOf } from '../../../nest/pipe-members.js';
import { Validator } from '../class-validator-parts.js';
import { loadDtoPackages, type DtoPackages } from '../dto-packages.js';

/** Frames of a stack, innermost first. */
type Frames = readonly string[];

interface Callers {
  /** The call stack that created an instance of the probe. */
  made?: Frames;
  /** The call stack that evaluated the rule of the probe. */
  asked?: Frames;
}

let callers: Callers = {};

/** A class that records the call stacks that instantiate and validate it. */
class Probe {
  value: unknown;

  constructor() {
    callers.made ??= framesHere();
  }
}

let isProbeReady = false;

function prepareProbe({ registerDecorator }: DtoPackages['validatorPackage']): void {
  if (isProbeReady) return;
  isProbeReady = true;
  registerDecorator({
    name: 'nestjs-mcp-probe',
    target: Probe,
    propertyName: 'value',
    options: { always: true },
    validator: {
      validate: () => {
        callers.asked ??= framesHere();
        return true;
      },
    },
  });
}

/**
 * Whether a pipe of Nest's calls class-validator and class-transformer themselves. It may use other packages of the
 * application (`validatorPackage`, `transformerPackage`), which it keeps in private fields. So its call stacks are
 * compared with direct calls: there must be nothing between the pipe and the packages.
 */
export async function callsPackagesItself(pipe: ValidationPipe): Promise<boolean> {
  const { validatorPackage, transformerPackage } = await loadDtoPackages();
  // In a bundle with two copies, the one that is watched for changes might not be the one that the pipe calls.
  if (validatorPackage.Validator !== Validator) return false;
  prepareProbe(validatorPackage);
  const { plainToInstance } = transformerPackage;
  const { validate } = validatorPackage;
  const { validatorOptions, transformOptions } = validationMembersOf(pipe);
  const direct = await observed(() => {
    const entity = plainToInstance(Probe, { value: 1 }, transformOptions);
    return validate(entity, validatorOptions);
  });
  const metadata = { type: 'body', metatype: Probe } as const;
  const piped = await observed(() => pipe.transform({ value: 1 }, metadata));
  return isOneMore(direct.made, piped.made, 1) && isOneMore(direct.asked, piped.asked, 2);
}

/** One observation at a time. */
let queue: Promise<unknown> = Promise.resolve();

function observed(work: () => unknown): Promise<Callers> {
  const turn = queue.then(() => observe(work));
  queue = turn;
  return turn;
}

/** Neither called nor awaited by other code, so that no frames of callers follow in the stacks. */
function observe(work: () => unknown): Promise<Callers> {
  return new Promise((resolve) => {
    setImmediate(() => {
      callers = {};
      // The observation counts, whatever the result of the pipe.
      const done = (): void => resolve(callers);
      try {
        // oxlint-disable-next-line promise/no-callback-in-promise
        Promise.resolve(work()).then(done, done);
      } catch {
        done();
      }
    });
  });
}

/**
 * Whether both stacks are the same up to the caller of the package, and the one through the pipe continues with exactly
 * the pipe's own `depth` frames: `transform`, or `validate` and `transform`. Nest 11 calls the package synchronously,
 * so that frames of this library follow.
 */
function isOneMore(direct: Frames | undefined, piped: Frames | undefined, depth: number): boolean {
  if (!direct || !piped) return false;
  let shared = 0;
  while (shared < direct.length && direct[shared] === piped[shared]) shared++;
  const [, ...own] = direct.slice(shared);
  const rest = piped.slice(shared);
  if (shared === 0 || own.length === 0) return false;
  const follows = rest.slice(depth + 1);
  return (
    rest.length === depth ||
    (follows.length === own.length && own.every((frame, i) => frame === follows[i]))
  );
}

/**
 * The source positions of the current call stack. Function names are left out, because they depend on the form of the
 * call.
 */
function framesHere(): Frames {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 50;
  const { stack } = new Error('probe') as { stack?: unknown };
  Error.stackTraceLimit = stackTraceLimit;
  if (typeof stack !== 'string') return [];
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return frames
    .filter((line) => !/^\s+at async |node:internal/.test(line))
    .map((line) => line.replace(/^\s+at (?:.*\()?|\)$/g, ''));
}
