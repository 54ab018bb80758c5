import { useId, useRef, useState } from 'preact/hooks';
import { client } from '../state/inspector.js';

/** An input with one line of text. */
export interface NamedInput {
  readonly name: string;
  readonly description?: string;
  readonly required?: boolean;
}

type Reference =
  | { readonly type: 'ref/prompt'; readonly name: string }
  | { readonly type: 'ref/resource'; readonly uri: string };

/** The arguments of a prompt or the variables of a template, with the server's completions while the user types. */
export function NamedInputs({
  inputs,
  values,
  reference,
  onChange,
}: {
  readonly inputs: readonly NamedInput[];
  readonly values: Readonly<Record<string, string>>;
  readonly reference: Reference;
  readonly onChange: (values: Record<string, string>) => void;
}) {
  return (
    <div class="inputs">
      {inputs.map((input) => (
        <InputLine
          key={input.name}
          input={input}
          value={values[input.name] ?? ''}
          complete={(value) => complete(reference, input.name, value, values)}
          onChange={(value) => onChange({ ...values, [input.name]: value })}
        />
      ))}
    </div>
  );
}

function InputLine({
  input: { name, description, required },
  value,
  complete: propose,
  onChange,
}: {
  readonly input: NamedInput;
  readonly value: string;
  readonly complete: (value: string) => Promise<readonly string[]>;
  readonly onChange: (value: string) => void;
}) {
  const id = useId();
  const [proposed, setProposed] = useState<readonly string[]>([]);
  const asked = useRef('');
  const ask = async (text: string): Promise<void> => {
    asked.current = text;
    const values = await propose(text);
    // Answers may arrive out of order: only the one to the current text counts.
    if (asked.current === text) setProposed(values);
  };
  return (
    <div class="form-group">
      <label for={id}>
        {name}
        {required ? <span class="required"> *</span> : null}
      </label>
      <input
        id={id}
        list={`${id}-proposed`}
        autocomplete="off"
        required={required}
        aria-describedby={`${id}-help`}
        value={value}
        onFocus={() => void ask(value)}
        onInput={(event) => {
          const text = event.currentTarget.value;
          onChange(text);
          void ask(text);
        }}
      />
      <datalist id={`${id}-proposed`}>
        {proposed.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
      <p id={`${id}-help`} class="field-description">
        {description ?? ''}
      </p>
    </div>
  );
}

async function complete(
  ref: Reference,
  name: string,
  value: string,
  others: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  if (!client.value?.getServerCapabilities()?.completions) return [];
  const { [name]: _own, ...known } = others;
  try {
    const { completion } = await client.value.complete({
      ref,
      argument: { name, value },
      context: { arguments: known },
    });
    return completion.values;
  } catch {
    // The server has no completions for this input.
    return [];
  }
}
