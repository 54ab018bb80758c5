import type { ComponentChildren } from 'preact';
import { status } from '../state/inspector.js';

/**
 * The button that makes the call, its keyboard shortcut, and further controls. `busy` means that a running call must
 * end first.
 */
export function CallRow({
  label,
  busy = false,
  onCall,
  children,
}: {
  readonly label: string;
  readonly busy?: boolean;
  readonly onCall: () => void;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="row">
      <button
        type="button"
        class="main"
        disabled={busy || status.value.kind !== 'connected'}
        onClick={onCall}
      >
        {label}
      </button>
      <kbd>Ctrl+Enter</kbd>
      {children}
    </div>
  );
}
