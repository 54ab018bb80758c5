import 'reflect-metadata';
import { ValidationPipe, type Type } from '@nestjs/common';
import type { ApplicationConfig } from '@nestjs/core';
import type { McpValidationOptions } from '../schema/dto/dto-validator.js';
import type { ValidationInForce } from '../schema/to-schema.js';
import type { HandlerHost } from './handler-host.js';
import { createInputPipe, type InputPipe } from './validation.pipe.js';
import { PIPES_METADATA } from '../nest/metadata-keys.js';

/**
 * The validation of a server's inputs: one pipe for each `ValidationPipe` of the application, and one if there is none.
 */
export class InputPipes {
  private readonly pipes = new WeakMap<object, InputPipe>();

  constructor(
    private readonly config: ApplicationConfig,
    /** The module's own validation, for parameters that no pipe of the application validates. */
    private readonly options: McpValidationOptions | undefined,
  ) {}

  /** The pipe that replaces one of the application's, or is used if there is none. */
  of(appPipe: ValidationPipe | undefined): InputPipe {
    const key = appPipe ?? this;
    const known = this.pipes.get(key);
    if (known) return known;
    const pipe = createInputPipe({ appPipe, options: this.options });
    this.pipes.set(key, pipe);
    return pipe;
  }

  /**
   * The validation of a parameter: the last `ValidationPipe` of the application, the class, the method and the
   * parameter, in Nest's order.
   */
  inForce(host?: HandlerHost, method?: object, own: readonly unknown[] = []): ValidationInForce {
    const global: unknown[] = this.config.getGlobalPipes();
    const declared = [...(host ? [...pipesOn(host.type), ...pipesOn(method)] : []), ...own];
    const last = [...global, ...declared].findLast(isValidationPipe);
    const appPipe = last === undefined ? undefined : instanceOf(last, host);
    return { validation: this.of(appPipe).validation, byApplication: appPipe !== undefined };
  }
}

function pipesOn(target: object | undefined): unknown[] {
  return target
    ? ((Reflect.getMetadata(PIPES_METADATA, target) as unknown[] | undefined) ?? [])
    : [];
}

function isValidationPipe(pipe: unknown): pipe is ValidationPipe | Type<ValidationPipe> {
  if (typeof pipe !== 'function') return pipe instanceof ValidationPipe;
  return pipe === ValidationPipe || pipe.prototype instanceof ValidationPipe;
}

/** The instance of a pipe that is given as a class: the one that Nest has created, else a similar one. */
function instanceOf(
  pipe: ValidationPipe | Type<ValidationPipe>,
  host: HandlerHost | undefined,
): ValidationPipe {
  if (typeof pipe !== 'function') return pipe;
  const made: unknown = host?.module.injectables.get(pipe)?.instance;
  // A request-scoped pipe is created for each request: until then only its prototype exists, without options.
  if (made instanceof ValidationPipe && Object.hasOwn(made, 'validatorOptions')) return made;
  try {
    return new pipe();
  } catch {
    return new ValidationPipe();
  }
}
