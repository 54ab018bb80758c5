import Form from '@rjsf/core';
import type { UiSchema } from '@rjsf/utils';
import type { Ref } from 'preact';
import { useMemo } from 'preact/hooks';
import { toAnswerSchema, toFormSchema } from './form-schema.js';
import { templates, widgets } from './form-theme.js';
import { schemaValidator } from './schema-validator.js';

/** What a form can be asked to do from outside. */
export interface FormHandle {
  /** Shows what is wrong. `true`: nothing is. */
  validateForm(): boolean;
  /** What the form holds, with the defaults that nobody has touched. */
  readonly state: { readonly formData?: unknown };
}

const answerUi: UiSchema = { 'ui:submitButtonOptions': { norender: true } };

const inputUi: UiSchema = {
  ...answerUi,
  'ui:globalOptions': { enableOptionalDataFieldForType: ['object', 'array'] } as never,
};

/**
 * A form for a JSON Schema. As the input of a tool, optional objects and lists are not there until they are added, and optional
 * defaults are left to the server. As the answer to an elicitation, which is flat, everything is there and filled in.
 */
export function SchemaForm({
  schema,
  value,
  purpose,
  handle,
  onChange,
}: {
  readonly schema: object;
  readonly value: unknown;
  readonly purpose: 'input' | 'answer';
  readonly handle: Ref<FormHandle>;
  readonly onChange: (value: unknown) => void;
}) {
  const isAnswer = purpose === 'answer';
  const form = useMemo(
    () => (isAnswer ? toAnswerSchema(schema) : toFormSchema(schema)),
    [schema, isAnswer],
  );
  const { title: _title, description: _description, ...untitled } = form;
  return (
    <Form
      ref={handle as never}
      schema={untitled}
      uiSchema={isAnswer ? answerUi : inputUi}
      formData={value}
      validator={schemaValidator}
      idPrefix={purpose}
      tagName={'div' as never}
      templates={templates}
      widgets={widgets}
      noHtml5Validate
      showErrorList={false}
      onError={shownInTheForm}
      experimental_defaultFormStateBehavior={{
        emptyObjectFields: isAnswer ? 'populateAllDefaults' : 'populateRequiredDefaults',
        arrayMinItems: { populate: 'requiredOnly' },
      }}
      onChange={({ formData }: { formData?: unknown }) => onChange(formData)}
    />
  );
}

/** Without it the library writes errors of input to the console. */
function shownInTheForm(): void {}
