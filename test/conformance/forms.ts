import { IsEmail, IsOptional, IsString } from 'class-validator';

/** What a user is asked for: the same class validates the answer. */
export class UserForm {
  @IsString()
  username: string;

  @IsOptional()
  @IsEmail()
  email?: string;
}

export class NameForm {
  @IsString()
  name: string;
}

export class CapitalForm {
  @IsString()
  context: string;
}

const enumNames = ['Option One', 'Option Two', 'Option Three'];
const values = ['option1', 'option2', 'option3'];
const titled = values.map((value, i) => ({ const: `value${i + 1}`, title: enumNames[i] }));

export const DEFAULTS_FORM = {
  type: 'object',
  properties: {
    name: { type: 'string', description: 'User name', default: 'John Doe' },
    age: { type: 'integer', description: 'User age', default: 30 },
    score: { type: 'number', description: 'User score', default: 95.5 },
    status: {
      type: 'string',
      description: 'User status',
      enum: ['active', 'inactive', 'pending'],
      default: 'active',
    },
    verified: { type: 'boolean', description: 'Verification status', default: true },
  },
};

export const ENUMS_FORM = {
  type: 'object',
  properties: {
    untitledSingle: { type: 'string', enum: values },
    titledSingle: { type: 'string', oneOf: titled },
    legacyEnum: { type: 'string', enum: ['opt1', 'opt2', 'opt3'], enumNames },
    untitledMulti: { type: 'array', items: { type: 'string', enum: values } },
    titledMulti: { type: 'array', items: { anyOf: titled } },
  },
};
