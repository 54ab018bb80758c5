import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Tool } from '../connection/offer.js';
import { SchemaForm, type FormHandle } from '../form/schema-form.js';
import { MarkdownText } from '../results/markdown.js';
import { JsonTree } from '../results/json-tree.js';
import { calls, callKey, run } from '../state/calls.js';
import { server } from '../state/inspector.js';
import { rememberedInput, rememberInput } from '../state/settings.js';
import { AppFrame } from './app-frame.js';
import { CallRow } from './call-row.js';
import { CallView } from './call-view.js';
import { useCallKey } from './keys.js';
import { JsonEditor } from './json-editor.js';

/** A tool: its description, the form for its input, and the outcome of the last call. */
export function ToolView({ tool }: { readonly tool: Tool }) {
  const of = server.value?.name ?? '';
  const primitive = `tools/${tool.name}`;
  const remembered = useMemo(() => parse(rememberedInput(of, primitive)), [of, primitive]);
  const [value, setValue] = useState<unknown>(remembered);
  const [json, setJson] = useState<string | undefined>();
  const [problem, setProblem] = useState('');
  const form = useRef<FormHandle>(null);
  const call = calls.value.get(callKey(primitive));

  const send = (): void => {
    if (call?.running) return;
    setProblem('');
    let input: unknown = value ?? {};
    if (json !== undefined) {
      input = parse(json);
      if (input === undefined) {
        setProblem('This is no JSON.');
        return;
      }
    } else if (form.current?.validateForm() === false) {
      setProblem(
        'The input does not fit. What is wrong is marked in the form. The raw JSON is sent unchecked.',
      );
      return;
    } else if (form.current) {
      input = form.current.state.formData ?? {};
    }
    rememberInput(of, primitive, JSON.stringify(input));
    void run(primitive, 'callTool', { name: tool.name, arguments: input });
  };
  useCallKey(send);
  useEffect(() => {
    setProblem('');
  }, [value, json]);

  const view = uriOfView(tool);
  return (
    <article>
      <h2>{tool.title ?? tool.name}</h2>
      <p class="facts">
        <code>{tool.name}</code>
        {hintsOf(tool).map((hint) => (
          <span key={hint} class="tag">
            {hint}
          </span>
        ))}
      </p>
      {tool.description ? <MarkdownText text={tool.description} /> : null}
      <div class="row" role="group" aria-label="How the input is entered">
        <button
          type="button"
          class="small"
          aria-pressed={json === undefined}
          onClick={() => {
            if (json === undefined) return;
            const parsed = parse(json);
            if (parsed === undefined) setProblem('This is no JSON.');
            else {
              setValue(parsed);
              setJson(undefined);
            }
          }}
        >
          Form
        </button>
        <button
          type="button"
          class="small"
          aria-pressed={json !== undefined}
          onClick={() => setJson(json ?? JSON.stringify(value ?? {}, undefined, 2))}
        >
          Raw JSON
        </button>
        <button
          type="button"
          class="small"
          onClick={() => {
            setValue({});
            if (json !== undefined) setJson('{}');
            rememberInput(of, primitive, '');
          }}
        >
          Clear
        </button>
      </div>
      {json === undefined ? (
        hasInputs(tool) ? (
          <SchemaForm
            key={tool.name}
            schema={tool.inputSchema}
            value={value}
            purpose="input"
            handle={form}
            onChange={setValue}
          />
        ) : (
          <p class="empty">This tool takes no input.</p>
        )
      ) : (
        <JsonEditor value={json} label="Input as JSON" onChange={setJson} />
      )}
      {problem === '' ? null : (
        <p class="banner bad" role="alert">
          {problem}
        </p>
      )}
      <CallRow label="Call" busy={call?.running === true} onCall={send} />
      <CallView primitive={primitive} />
      {view !== undefined && call?.result ? (
        <AppFrame key={call.startedAt} uri={view} input={value ?? {}} result={call.result} />
      ) : null}
      <details>
        <summary>The definition</summary>
        <JsonTree value={tool} label="the definition" />
      </details>
    </article>
  );
}

function hasInputs({ inputSchema }: Tool): boolean {
  const { properties, additionalProperties, ...rest } = inputSchema;
  const isOpen = typeof additionalProperties === 'object' || additionalProperties === true;
  return (
    isOpen ||
    Object.keys(properties ?? {}).length > 0 ||
    'anyOf' in rest ||
    'oneOf' in rest ||
    '$ref' in rest
  );
}

function hintsOf({ annotations = {} }: Tool): string[] {
  return [
    ...(annotations['readOnlyHint'] === true ? ['read only'] : []),
    ...(annotations['destructiveHint'] === true ? ['destructive'] : []),
    ...(annotations['idempotentHint'] === true ? ['idempotent'] : []),
    ...(annotations['openWorldHint'] === true ? ['open world'] : []),
  ];
}

function uriOfView({ _meta }: Tool): string | undefined {
  const { ui } = (_meta ?? {}) as { ui?: { resourceUri?: unknown } };
  return typeof ui?.resourceUri === 'string' ? ui.resourceUri : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
