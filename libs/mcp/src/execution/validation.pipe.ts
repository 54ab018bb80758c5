import {
  HttpException,
  ValidationPipe,
  type ArgumentMetadata,
  type PipeTransform,
  type Type,
} from '@nestjs/common';
import { InvalidInputException } from '../errors/invalid-input.exception.js';
import { isDtoClass } from '../schema/dto/dto-property.js';
import { validationMembersOf, type ValidationPipeMembers } from '../nest/pipe-members.js';
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
import type { JsonSchema } from '../schema/mcp.schema.js';

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
  const saysRules = options !== undefined && (fastPath === undefined || hasKeys(rules));
  const pipe = appPipe ?? createValidationPipe(saysRules ? rules : DEFAULT_VALIDATION);
  return new CollectingPipe(pipe, fastPath, appPipe !== undefined);
}

const hasKeys = (object: object): boolean => Object.keys(object).length > 0;

const UNKNOWN: DtoDocument = {
  json: {},
  comparesItems: false,
  consumesInput: false,
  converts: true,
  ignored: new Set(),
};

class CollectingPipe implements InputPipe {
  readonly validation: McpValidationOptions;
  private readonly internals: ValidationPipeMembers;
  private readonly collecting: ValidationPipe;
  private readonly documents = new WeakMap<Type, DtoDocument>();

  constructor(
    pipe: ValidationPipe,
    private readonly fastPath: boolean | undefined,
    private readonly byApplication: boolean,
  ) {
    this.internals = validationMembersOf(pipe);
    this.collecting = collecting(pipe);
    const { validatorOptions, transformOptions, isTransformEnabled } = this.internals;
    this.validation = {
      ...validatorOptions,
      transform: isTransformEnabled,
      ...(transformOptions && { transformOptions }),
      ...(fastPath === false && { fastPath }),
    };
  }

  async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const { metatype } = metadata;
    // Accepted as on a route without a `ValidationPipe`.
    if (!this.byApplication && isDtoClass(metatype) && !hasRules(metatype)) {
      const { issues } = takeAsItComes(value);
      if (issues) throw new InvalidInputException(toLines(issues, value));
      return value;
    }
    const document = this.documentOf(metadata.metatype);
    try {
      return await runPipe(this.collecting, value, metadata, document, this.fastPath);
    } catch (error) {
      throw error instanceof ValidationFailure
        ? this.toException(error, value, metadata.metatype, document.json)
        : error;
    }
  }

  private toException(
    failure: ValidationFailure,
    value: unknown,
    type: Type | undefined,
    schema: JsonSchema,
  ): unknown {
    const { isDetailedOutputDisabled, exceptionFactory } = this.internals;
    const lines = () => toLines(failure.issues(value, type), value, schema);
    if (failure.errors.length > 0 && hasOwnFactory(this.internals)) {
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
    if (isDetailedOutputDisabled) return new InvalidInputException(['the input is not valid']);
    return new InvalidInputException(lines());
  }

  /**
   * The document that shows which values are secret and which lists are compared; created on the first call of each
   * class.
   */
  private documentOf(type: unknown): DtoDocument {
    if (!isDtoClass(type)) return UNKNOWN;
    const known = this.documents.get(type);
    if (known) return known;
    const document = describeDtoInput(type, type.name, this.validation, this.byApplication);
    this.documents.set(type, document);
    return document;
  }
}

const NESTS_FACTORY = String(ValidationPipe.prototype.createExceptionFactory());

/** Whether the pipe has Nest's default factory. Nest creates one for each pipe, so it is recognised by its source. */
function hasOwnFactory({ exceptionFactory }: ValidationPipeMembers): boolean {
  return String(exceptionFactory) !== NESTS_FACTORY;
}
