import Form from '@rjsf/core';
import type { UiSchema } from '@rjsf/utils';
import type { Ref } from 'preact';
import { useMemo } from 'preact/hooks';
import { toAnswerSchema, toFormSchema } from './form-schema.js';
import { templates, widgets } from './form-theme.js';
import { schemaValidator } from './schema-validator.js';

/** The form's methods for its parent. */
export interface FormHandle {
  /** Shows the errors. Returns `true` if there are none. */
  validateForm(): boolean;
  /** The values of the form, including untouched defaults. */
  readonly state: { readonly formData?: unknown };
}

const answerUi: UiSchema = { 'ui:submitButtonOptions': { norender: true } };

const inputUi: UiSchema = {
  ...answerUi,
  'ui:globalOptions': { enableOptionalDataFieldForType: ['object', 'array'] } as never,
};

/**
 * A form for a JSON Schema. For the input of a tool, optional objects and lists are absent until they are added, and
 * optional defaults are left to the server. For the answer to an elicitation, which is flat, all fields are present and
 * filled in.
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

/** Without this handler the library logs errors of input to the console. */
function shownInTheForm(): void {}
