import Form from '@rjsf/core';
import type { UiSchema } from '@rjsf/utils';
import type { Ref } from 'preact';
import { useMemo } from 'preact/hooks';
import { toFormSchema } from './form-schema.js';
import { templates, widgets } from './form-theme.js';
import { schemaValidator } from './schema-validator.js';

/** What a form can be asked to do from outside. */
export interface FormHandle {
  /** Shows what is wrong. `true`: nothing is. */
  validateForm(): boolean;
}

const uiSchema: UiSchema = {
  'ui:submitButtonOptions': { norender: true },
  'ui:globalOptions': { enableOptionalDataFieldForType: ['object', 'array'] } as never,
};

/** A form for a JSON Schema. Optional objects and lists are not there until they are added. */
export function SchemaForm({
  schema,
  value,
  prefix,
  handle,
  onChange,
}: {
  readonly schema: object;
  readonly value: unknown;
  readonly prefix: string;
  readonly handle: Ref<FormHandle>;
  readonly onChange: (value: unknown) => void;
}) {
  const form = useMemo(() => toFormSchema(schema), [schema]);
  const { title: _title, description: _description, ...untitled } = form;
  return (
    <Form
      ref={handle as never}
      schema={untitled}
      uiSchema={uiSchema}
      formData={value}
      validator={schemaValidator}
      idPrefix={prefix}
      tagName={'div' as never}
      templates={templates}
      widgets={widgets}
      noHtml5Validate
      showErrorList={false}
      onError={shownInTheForm}
      experimental_defaultFormStateBehavior={{
        emptyObjectFields: 'populateRequiredDefaults',
        arrayMinItems: { populate: 'requiredOnly' },
      }}
      onChange={({ formData }: { formData?: unknown }) => onChange(formData)}
    />
  );
}

/** Without it the library writes errors of input to the console. */
function shownInTheForm(): void {}
