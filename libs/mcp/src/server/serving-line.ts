/** A kind of primitives and their number. */
interface Counted {
  readonly noun: string;
  readonly size: number;
}

/** The log line of a boot: `Serving 1 tool, 0 resources, 3 prompts`. */
export function toServingLine(kinds: readonly Counted[]): string {
  const counts = kinds.map(({ noun, size }) => `${size} ${noun}${size === 1 ? '' : 's'}`);
  return `Serving ${counts.join(', ')}`;
}
