import type { Task } from '../connection/task-handle.js';
import { calls, callKey, type Call } from '../state/calls.js';
import { ResultView } from '../results/result-view.js';
import { JsonTree } from '../results/json-tree.js';

/** The outcome of the last call: progress and log lines while it runs, then its result or its error. */
export function CallView({ primitive }: { readonly primitive: string }) {
  const call = calls.value.get(callKey(primitive));
  if (!call) return <p class="empty">No call yet. Press Ctrl+Enter to make one.</p>;
  return (
    <section class="call" aria-label="Result" aria-live="polite" aria-busy={call.running}>
      {call.running ? <RunningView call={call} /> : <p class="took">{verdict(call)}</p>}
      {call.task ? <TaskState task={call.task} /> : null}
      <LogLines call={call} />
      {call.error ? (
        <div class="result bad">
          <p class="banner bad">
            {call.error.code === undefined ? '' : `${call.error.code}: `}
            {call.error.message}
          </p>
          {call.error.data === undefined ? null : (
            <JsonTree value={call.error.data} label="error data" />
          )}
        </div>
      ) : null}
      {call.result ? <ResultView result={call.result} /> : null}
    </section>
  );
}

function RunningView({ call }: { readonly call: Call }) {
  const { progress, total, message } = call.progress ?? {};
  return (
    <div class="row running">
      <progress
        aria-label="Progress"
        max={total}
        value={total === undefined ? undefined : progress}
      />
      <span>
        {progress === undefined
          ? 'The call runs…'
          : `${progress}${total === undefined ? '' : ` of ${total}`}`}{' '}
        {message ?? ''}
      </span>
      <button type="button" onClick={() => call.cancel()}>
        Cancel
      </button>
    </div>
  );
}

/** The task of the call. It runs on the server, and the page polls it. */
function TaskState({ task: { taskId, status, statusMessage } }: { readonly task: Task }) {
  return (
    <p class="facts" role="status" aria-label="Task">
      Task <code>{taskId}</code> <span class="tag">{status}</span> {statusMessage ?? ''}
    </p>
  );
}

function LogLines({ call }: { readonly call: Call }) {
  if (call.logs.length === 0) return null;
  return (
    <ol class="logs" aria-label="Log lines">
      {call.logs.map(({ level, data }, i) => (
        <li key={i}>
          <b>{String(level)}</b> {typeof data === 'string' ? data : JSON.stringify(data)}
        </li>
      ))}
    </ol>
  );
}

function verdict({ took = 0, error, result }: Call): string {
  const word = error || result?.['isError'] === true ? 'Failed' : 'Done';
  return `${word} after ${took < 1_000 ? `${Math.round(took)} ms` : `${(took / 1_000).toFixed(1)} s`}`;
}
