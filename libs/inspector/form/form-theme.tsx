import type { IconButtonProps, TemplatesType, WidgetProps } from '@rjsf/utils';

/** Creates a button with a word instead of an icon, which would need a font. */
function worded(word: string) {
  return function WordedButton({ id, onClick, disabled }: IconButtonProps) {
    return (
      <button type="button" class="small" id={id} disabled={disabled} onClick={onClick}>
        {word}
      </button>
    );
  };
}

/** A checkbox with its label beside it. */
function CheckboxWidget({ id, value, label, disabled, onChange, required }: WidgetProps) {
  return (
    <label class="check" for={id}>
      <input
        id={id}
        type="checkbox"
        checked={value === true}
        disabled={disabled}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span>
        {label}
        {required ? <span class="required"> *</span> : null}
      </span>
    </label>
  );
}

/** The replaced templates of the form library. */
export const templates: Partial<TemplatesType> = {
  ButtonTemplates: {
    AddButton: worded('Add'),
    CopyButton: worded('Copy'),
    MoveUpButton: worded('Up'),
    MoveDownButton: worded('Down'),
    RemoveButton: worded('Remove'),
    ClearButton: worded('Clear'),
    SubmitButton: () => <></>,
  },
};

/** The replaced widgets of the form library. */
export const widgets = { CheckboxWidget };
