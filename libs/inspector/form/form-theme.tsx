import type { IconButtonProps, TemplatesType, WidgetProps } from '@rjsf/utils';

/** A button with a word on it instead of an icon that needs a font. */
function worded(word: string) {
  return function WordedButton({ id, onClick, disabled }: IconButtonProps) {
    return (
      <button type="button" class="small" id={id} disabled={disabled} onClick={onClick}>
        {word}
      </button>
    );
  };
}

/** A box with its label beside it. */
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

/** The parts of the form that look and speak differently from the library's own. */
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

/** The widgets that do. */
export const widgets = { CheckboxWidget };
