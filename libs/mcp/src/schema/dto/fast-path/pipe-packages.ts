import type { ValidationPipe } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { registerDecorator, validate } from 'class-validator';
import { validationMembersOf } from '../../../nest/pipe-members.js';

/** Frames of a stack, innermost first. */
type Frames = readonly string[];

interface Callers {
  /** The package that made an instance of the probe. */
  made?: Frames;
  /** The package that evaluated the rule of the probe. */
  asked?: Frames;
}

let callers: Callers = {};

/** A class that takes down who makes an instance of it, and who validates it. */
class Probe {
  value: unknown;

  constructor() {
    callers.made ??= framesHere();
  }
}

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

/**
 * Whether a pipe of Nest's calls class-validator and class-transformer themselves. It may have been given packages of the
 * application in their place (`validatorPackage`, `transformerPackage`), which it keeps in private fields. So its calls are
 * compared with our own: between the pipe and what the packages do there must be nothing.
 */
export async function callsPackagesItself(pipe: ValidationPipe): Promise<boolean> {
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

/** Neither called by anybody nor awaited, so that no frames of our own callers follow in the stacks. */
function observe(work: () => unknown): Promise<Callers> {
  return new Promise((resolve) => {
    setImmediate(() => {
      callers = {};
      // What was observed counts, whatever the pipe makes of it.
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
 * Whether both stacks are the same up to the caller of the package, and the one through the pipe goes on with the pipe's own
 * `depth` frames alone: `transform`, or `validate` and `transform`. Nest 11 calls the package at once, so that our own frames follow.
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

/** Where the functions stand that have led here. Their names are left out: they depend on how a function was called. */
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
