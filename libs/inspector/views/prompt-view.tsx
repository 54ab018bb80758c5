import { useMemo, useState } from 'preact/hooks';
import type { Prompt } from '../connection/offer.js';
import { MarkdownText } from '../results/markdown.js';
import { run } from '../state/calls.js';
import { server } from '../state/inspector.js';
import { rememberedInput, rememberInput } from '../state/settings.js';
import { CallRow } from './call-row.js';
import { CallView } from './call-view.js';
import { useCallKey } from './keys.js';
import { NamedInputs } from './named-inputs.js';

/** A prompt: its arguments, and the resulting messages. */
export function PromptView({ prompt }: { readonly prompt: Prompt }) {
  const of = server.value?.name ?? '';
  const primitive = `prompts/${prompt.name}`;
  const remembered = useMemo(() => readValues(rememberedInput(of, primitive)), [of, primitive]);
  const [values, setValues] = useState(remembered);
  const send = (): void => {
    const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
    rememberInput(of, primitive, JSON.stringify(given));
    void run(primitive, 'getPrompt', { name: prompt.name, arguments: given });
  };
  useCallKey(send);
  return (
    <article>
      <h2>{prompt.title ?? prompt.name}</h2>
      <p class="facts">
        <code>{prompt.name}</code>
      </p>
      {prompt.description ? <MarkdownText text={prompt.description} /> : null}
      <NamedInputs
        inputs={prompt.arguments ?? []}
        values={values}
        reference={{ type: 'ref/prompt', name: prompt.name }}
        onChange={setValues}
      />
      <CallRow label="Get" onCall={send} />
      <CallView primitive={primitive} />
    </article>
  );
}

/** The stored values; {} if there are none. */
export function readValues(json: string): Record<string, string> {
  return json === '' ? {} : (JSON.parse(json) as Record<string, string>);
}
