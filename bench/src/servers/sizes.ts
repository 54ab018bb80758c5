/** Of one progress report: 4 kB. */
export const progressText = 'p'.repeat(4_000);

const texts = new Map<number, string>();

/** A text of so many bytes, made once. */
export function bigText(bytes: number): string {
  const known = texts.get(bytes) ?? 'b'.repeat(bytes);
  texts.set(bytes, known);
  return known;
}
