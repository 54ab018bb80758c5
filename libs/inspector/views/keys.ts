import { useEffect, useRef } from 'preact/hooks';

/** Runs `call` on Ctrl+Enter (on a Mac also ⌘+Enter). */
export function useCallKey(call: () => void): void {
  const latest = useRef(call);
  latest.current = call;
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
      if (document.querySelector('dialog[open]')) return;
      event.preventDefault();
      latest.current();
    };
    addEventListener('keydown', listener);
    return () => removeEventListener('keydown', listener);
  }, []);
}

/** Focuses the search on `/`. */
export function useSearchKey(): void {
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => {
      const at = event.target as Element | null;
      if (event.key !== '/' || event.ctrlKey || event.metaKey) return;
      if (at?.matches('input, textarea, select')) return;
      event.preventDefault();
      document.querySelector<HTMLElement>('#search')?.focus();
    };
    addEventListener('keydown', listener);
    return () => removeEventListener('keydown', listener);
  }, []);
}
