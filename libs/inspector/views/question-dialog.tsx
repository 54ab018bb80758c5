import { useEffect, useRef, useState } from 'preact/hooks';
import { questions, type Question } from '../connection/questions.js';
import { SchemaForm, type FormHandle } from '../form/schema-form.js';
import { MarkdownText } from '../results/markdown.js';
import { JsonEditor } from './json-editor.js';

/** Shows the oldest pending question of a server. */
export function QuestionDialog() {
  const [question] = questions.value;
  return question ? <OpenQuestion key={question.id} question={question} /> : null;
}

function OpenQuestion({ question }: { readonly question: Question }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby="question"
      onCancel={(event) => {
        event.preventDefault();
        if (question.method === 'elicitation/create') question.answer({ action: 'cancel' });
        else question.refuse();
      }}
    >
      {question.method === 'sampling/createMessage' ? (
        <Sampling question={question} />
      ) : question.params['mode'] === 'url' ? (
        <UrlElicitation question={question} />
      ) : (
        <FormElicitation question={question} />
      )}
    </dialog>
  );
}

function FormElicitation({ question }: { readonly question: Question }) {
  const [value, setValue] = useState<unknown>({});
  const form = useRef<FormHandle>(null);
  const { message, requestedSchema } = question.params;
  return (
    <>
      <h2 id="question">The server asks</h2>
      <MarkdownText text={String(message)} />
      <SchemaForm
        schema={requestedSchema as object}
        value={value}
        purpose="answer"
        handle={form}
        onChange={setValue}
      />
      <div class="row">
        <button
          type="button"
          class="main"
          onClick={() => {
            if (form.current?.validateForm() !== false) {
              question.answer({ action: 'accept', content: form.current?.state.formData ?? {} });
            }
          }}
        >
          Accept
        </button>
        <button type="button" onClick={() => question.answer({ action: 'decline' })}>
          Decline
        </button>
        <button type="button" onClick={() => question.answer({ action: 'cancel' })}>
          Cancel
        </button>
      </div>
    </>
  );
}

function UrlElicitation({ question }: { readonly question: Question }) {
  const { message, url } = question.params;
  const isWeb = /^https?:\/\//i.test(String(url));
  return (
    <>
      <h2 id="question">The server asks you to open an address</h2>
      <MarkdownText text={String(message)} />
      <p>
        {isWeb ? (
          <a href={String(url)} target="_blank" rel="noopener noreferrer">
            {String(url)}
          </a>
        ) : (
          <code>{String(url)}</code>
        )}
      </p>
      <div class="row">
        <button type="button" class="main" onClick={() => question.answer({ action: 'accept' })}>
          Accept
        </button>
        <button type="button" onClick={() => question.answer({ action: 'decline' })}>
          Decline
        </button>
      </div>
    </>
  );
}

function Sampling({ question }: { readonly question: Question }) {
  const [text, setText] = useState('');
  const [raw, setRaw] = useState(JSON.stringify(question.params, undefined, 2));
  return (
    <>
      <h2 id="question">The server asks the model</h2>
      <details open>
        <summary>The request</summary>
        <JsonEditor value={raw} label="The request" onChange={setRaw} />
      </details>
      <label for="sampled">The answer of the model</label>
      <textarea
        id="sampled"
        rows={4}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <div class="row">
        <button
          type="button"
          class="main"
          onClick={() =>
            question.answer({
              role: 'assistant',
              model: 'a person at the inspector',
              stopReason: 'endTurn',
              content: { type: 'text', text },
            })
          }
        >
          Answer
        </button>
        <button type="button" onClick={() => question.refuse()}>
          Refuse
        </button>
      </div>
    </>
  );
}
