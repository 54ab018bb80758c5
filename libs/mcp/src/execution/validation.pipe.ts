import {
  HttpException,
  ValidationPipe,
  type ArgumentMetadata,
  type PipeTransform,
  type Type,
  type ValidationPipeOptions,
} from '@nestjs/common';
import { InvalidInputException } from '../errors/invalid-input.exception.js';
import { isDtoClass } from '../schema/dto/dto-property.js';
import {
  rulesIn,
  rulesOf,
  validationMembersOf,
  type ValidationPipeMembers,
} from '../nest/pipe-members.js';
import { hasRules } from '../schema/dto/class-validator-storage.js';
import { describeDtoInput, takeAsItComes } from '../schema/dto/dto.schema.js';
import {
  collecting,
  createValidationPipe,
  DEFAULT_VALIDATION,
  runPipe,
  ValidationFailure,
  type McpValidationOptions,
} from '../schema/dto/dto-validator.js';
import type { DtoDocument } from '../schema/dto/dto-walker.js';
import { keepRefusal } from '../schema/dto/validation-errors.js';
import { toLines } from '../schema/issue-lines.js';

/** The source of the validation of DTO arguments. */
export interface InputPipeOptions {
  /** The application's static global pipe: its options and subclass apply, and it is not modified. */
  readonly appPipe?: ValidationPipe | undefined;
  /** Without such a pipe: the module's `validation`, by default transform, whitelist and forbidNonWhitelisted. */
  readonly options?: McpValidationOptions | undefined;
}

/** The pipe that validates a DTO argument. It refuses with an `InvalidInputException`, one line for each property. */
export interface InputPipe extends PipeTransform<unknown, Promise<unknown>> {
  /** The effective validation, for `toSchema`: the schema is equally strict. */
  readonly validation: McpValidationOptions;
}

/** Creates the pipe for DTO arguments: one that behaves like the application's own, or this library's. */
export function createInputPipe({ appPipe, options }: InputPipeOptions = {}): InputPipe {
  const { fastPath, ...rules } = options ?? {};
  if (appPipe)
    return new CollectingPipe(() => appPipe, rulesOf(validationMembersOf(appPipe)), fastPath, true);
  const saysRules = options !== undefined && (fastPath === undefined || hasKeys(rules));
  const inForce = saysRules ? rules : DEFAULT_VALIDATION;
  return new CollectingPipe(() => createValidationPipe(inForce), rulesIn(inForce), fastPath, false);
}

const hasKeys = (object: object): boolean => Object.keys(object).length > 0;

const UNKNOWN: DtoDocument = {
  json: {},
  comparesItems: false,
  consumesInput: false,
  converts: true,
  ignored: new Set(),
};

/** The pipe that decides, and one that behaves like it but tells its errors. */
interface FollowedPipe {
  readonly internals: ValidationPipeMembers;
  readonly collecting: ValidationPipe;
}

class CollectingPipe implements InputPipe {
  readonly validation: McpValidationOptions;
  private readonly documents = new WeakMap<Type, DtoDocument>();
  private followed: FollowedPipe | undefined;

  constructor(
    /** Called with the first input: the packages of a pipe of this library are only loaded then. */
    private readonly pipeToFollow: () => ValidationPipe | Promise<ValidationPipe>,
    rules: ValidationPipeOptions,
    private readonly fastPath: boolean | undefined,
    private readonly byApplication: boolean,
  ) {
    this.validation = { ...rules, ...(fastPath === false && { fastPath }) };
  }

  async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const { metatype } = metadata;
    const document = this.documentOf(metatype);
    if (!document) {
      const { issues } = takeAsItComes(value);
      if (issues) throw new InvalidInputException(toLines(issues, value));
      return value;
    }
    const followed = this.followed ?? (await this.follow());
    try {
      return await runPipe(followed.collecting, value, metadata, document, this.fastPath);
    } catch (error) {
      if (!(error instanceof ValidationFailure)) throw error;
      const lines = () => toLines(error.issues(value, metatype), value, document.json);
      throw toException(error, followed.internals, lines);
    }
  }

  private async follow(): Promise<FollowedPipe> {
    const pipe = await this.pipeToFollow();
    this.followed ??= { internals: validationMembersOf(pipe), collecting: collecting(pipe) };
    return this.followed;
  }

  /**
   * The document that shows which values are secret and which lists are compared; created on the first call of each
   * class. `undefined` for a class without rules, which is accepted as on a route without a `ValidationPipe`.
   */
  private documentOf(type: unknown): DtoDocument | undefined {
    if (!isDtoClass(type)) return UNKNOWN;
    const known = this.documents.get(type);
    if (known) return known;
    if (!this.byApplication && !hasRules(type)) return undefined;
    const document = describeDtoInput(type, type.name, this.validation, this.byApplication);
    this.documents.set(type, document);
    return document;
  }
}

/** The exception of a refusal, as the followed pipe would throw it. */
function toException(
  failure: ValidationFailure,
  internals: ValidationPipeMembers,
  lines: () => string[],
): unknown {
  const { isDetailedOutputDisabled, exceptionFactory } = internals;
  if (failure.errors.length > 0 && hasOwnFactory(internals)) {
    // Errors in the output of the factory are replaced by this library's lines, which use the client's names and mask
    // secrets.
    keepRefusal(failure.errors, lines());
    const exception = exceptionFactory(failure.errors);
    if (exception instanceof HttpException) return exception;
    if (!(exception instanceof Error)) return new InvalidInputException(lines());
    // The exception keeps its class for the filters of the application; if none answers, the lines are used.
    keepRefusal(exception, lines());
    return exception;
  }
  const told = isDetailedOutputDisabled ? ['the input is not valid'] : lines();
  return new InvalidInputException(told, internals.errorHttpStatusCode);
}

const NESTS_FACTORY = String(ValidationPipe.prototype.createExceptionFactory());

/** Whether the pipe has Nest's default factory. Nest creates one for each pipe, so it is recognised by its source. */
function hasOwnFactory({ exceptionFactory }: ValidationPipeMembers): boolean {
  return String(exceptionFactory) !== NESTS_FACTORY;
}
