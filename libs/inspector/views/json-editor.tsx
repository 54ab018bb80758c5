/** A text field for JSON. */
export function JsonEditor({
  value,
  label,
  onChange,
}: {
  readonly value: string;
  readonly label: string;
  readonly onChange: (value: string) => void;
}) {
  const rows = Math.min(24, Math.max(6, value.split('\n').length + 1));
  return (
    <textarea
      class="code"
      aria-label={label}
      rows={rows}
      spellcheck={false}
      value={value}
      onInput={(event) => onChange(event.currentTarget.value)}
    />
  );
}
