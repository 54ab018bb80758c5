import { useState } from 'preact/hooks';
import { clearLog, wireLog, type WireEntry } from '../connection/wire-log.js';
import { JsonTree } from '../results/json-tree.js';
import { toCurl, toTest } from './wire-copies.js';

/** All messages between this tab and its servers, the newest first. */
export function WireView() {
  const [wanted, setWanted] = useState('');
  const [direction, setDirection] = useState('');
  const text = wanted.toLowerCase();
  const shown = wireLog.value.filter(
    (entry) =>
      (direction === '' || entry.direction === direction) &&
      (text === '' ||
        `${entry.method} ${JSON.stringify(entry.message)}`.toLowerCase().includes(text)),
  );
  return (
    <article>
      <h2>Wire log</h2>
      <p>Every message of this tab, at most 1,000. The token is never part of it.</p>
      <div class="row">
        <input
          type="search"
          aria-label="Filter by method or content"
          placeholder="Filter by method or content"
          value={wanted}
          onInput={(event) => setWanted(event.currentTarget.value)}
        />
        <select
          aria-label="Direction"
          value={direction}
          onChange={(event) => setDirection(event.currentTarget.value)}
        >
          <option value="">Both ways</option>
          <option value="sent">Sent</option>
          <option value="received">Received</option>
        </select>
        <button type="button" onClick={clearLog}>
          Empty the log
        </button>
      </div>
      {shown.length === 0 ? (
        <p class="empty">Nothing has gone over the wire that matches.</p>
      ) : null}
      <ol class="wire" aria-label="Messages">
        {shown.toReversed().map((entry) => (
          <WireLine key={entry.id} entry={entry} />
        ))}
      </ol>
    </article>
  );
}

function WireLine({ entry }: { readonly entry: WireEntry }) {
  const [open, setOpen] = useState(false);
  const { direction, method, era, status, took, verb } = entry;
  const copies = direction === 'sent' ? { curl: toCurl(entry), test: toTest(entry) } : undefined;
  return (
    <li class={direction}>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <time>{new Date(entry.at).toISOString().slice(11, 23)}</time>
          <b>{direction === 'sent' ? 'sent' : 'received'}</b>
          <code>{method === '' ? nameOf(entry.message) : method}</code>
          <span class="tag">{era}</span>
          <span class="tag">
            {verb}
            {status === undefined ? '' : ` ${status}`}
          </span>
          {took === undefined ? null : <span class="took">{took.toFixed(1)} ms</span>}
        </summary>
        {open ? (
          <>
            {copies ? (
              <div class="row">
                <CopyButton text={copies.curl}>Copy as curl</CopyButton>
                {copies.test === undefined ? null : (
                  <CopyButton text={copies.test}>Copy as a test</CopyButton>
                )}
              </div>
            ) : null}
            <JsonTree value={entry.message} label={`the message ${method}`} />
          </>
        ) : null}
      </details>
    </li>
  );
}

/** A button that copies a text, and confirms it. */
export function CopyButton({
  text,
  children,
}: {
  readonly text: string;
  readonly children: string;
}) {
  const [done, setDone] = useState(false);
  return (
    <button
      type="button"
      class="small"
      data-copy={text}
      onClick={() => void navigator.clipboard.writeText(text).then(() => setDone(true))}
    >
      {done ? 'Copied' : children}
    </button>
  );
}

function nameOf(message: unknown): string {
  if (typeof message === 'string') return message.slice(0, 60);
  const { event, error } = (message ?? {}) as { event?: string; error?: unknown };
  return event === undefined ? (error === undefined ? 'answer' : 'error') : `event ${event}`;
}
