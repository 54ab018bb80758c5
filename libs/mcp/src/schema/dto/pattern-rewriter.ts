const ESCAPABLE = new Set('^$\\.*+?()[]{}|/');
const CLASS_ESCAPES = new Set('dDwWsSbB');
const CONTROL_ESCAPES = new Set('fnrtv');

/**
 * Rewrites a regular expression for JSON Schema: without flags, and valid under `u`. `i` is written out for ASCII
 * letters, `s` for the dot; unnecessary escapes and lone braces are corrected. `undefined` if that would change which
 * texts match (flags `m` and `v`, back-references under `i`, …).
 */
export function toPattern(expression: RegExp): string | undefined {
  const { source, flags } = expression;
  if (/[mv]/u.test(flags)) return undefined;
  const text =
    flags.includes('u') && !/[is]/u.test(flags) ? source : new Rewriter(source, flags).rewrite();
  return text !== undefined && isLegal(text) ? text : undefined;
}

/** A pattern that matches a text literally. */
export function escapePattern(text: string): string {
  return text.replaceAll(/[\^$\\.*+?()[\]{}|/]/gu, String.raw`\$&`);
}

function isLegal(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

class Rewriter {
  private at = 0;
  private readonly ignoreCase: boolean;
  private readonly dotAll: boolean;
  private readonly unicode: boolean;
  private impossible = false;

  constructor(
    private readonly source: string,
    flags: string,
  ) {
    this.ignoreCase = flags.includes('i');
    this.dotAll = flags.includes('s');
    this.unicode = flags.includes('u');
    // Under `i` with `u`, and for letters beyond ASCII, case folding has additional rules.
    if (this.ignoreCase && (this.unicode || /[^\0-\x7F]|\\[ux]/u.test(source))) {
      this.impossible = true;
    }
  }

  rewrite(): string | undefined {
    let text = '';
    while (this.at < this.source.length && !this.impossible) text += this.next();
    return this.impossible ? undefined : text;
  }

  private next(): string {
    const rest = this.source.slice(this.at);
    const group = /^\(\?(?:[:=!]|<[=!]|<[^>]+>)/u.exec(rest)?.[0];
    if (group) return this.take(group);
    const quantifier = /^\{\d+(?:,\d*)?\}/u.exec(rest)?.[0];
    if (quantifier) return this.take(quantifier);
    const char = rest[0] as string;
    if (char === '\\') return this.escape(rest[1], false);
    if (char === '[') return this.class();
    this.at++;
    if (char === '.') return this.dotAll ? String.raw`[\s\S]` : '.';
    if (char === '{' || char === '}' || char === ']') return `\\${char}`;
    return this.ignoreCase && /[a-z]/iu.test(char) ? `[${bothCases(char)}]` : char;
  }

  private take(text: string): string {
    this.at += text.length;
    return text;
  }

  /** Rewrites the escape at the cursor; `char` follows the backslash. */
  private escape(char: string | undefined, inClass: boolean): string {
    this.at += 2;
    if (char === undefined) return this.fail();
    if (CLASS_ESCAPES.has(char) || CONTROL_ESCAPES.has(char)) return `\\${char}`;
    if (ESCAPABLE.has(char) || (inClass && char === '-')) return `\\${char}`;
    const code = /^\\(?:x[\da-f]{2}|u[\da-f]{4})/iu.exec(this.source.slice(this.at - 2))?.[0];
    if (code) {
      this.at += code.length - 2;
      return code;
    }
    if (char === '0' && !/\d/u.test(this.source[this.at] ?? '')) return String.raw`\0`;
    if (/[1-9k]/u.test(char)) return this.ignoreCase || inClass ? this.fail() : `\\${char}`;
    if (this.unicode) return this.keep(char);
    if (/[cdxu0-9]/u.test(char)) return this.fail();
    return this.ignoreCase && /[a-z]/iu.test(char) ? bothCases(char, inClass) : char;
  }

  /** Keeps an escape that is valid under `u`: `\p{L}`, `\u{1F600}`. */
  private keep(char: string): string {
    const braces = /^\{[^}]*\}/u.exec(this.source.slice(this.at))?.[0] ?? '';
    return `\\${char}${this.take(braces)}`;
  }

  private class(): string {
    const open = this.source[this.at + 1] === '^' ? '[^' : '[';
    this.at += open.length;
    const items: string[] = [];
    while (this.source[this.at] !== ']') {
      if (this.at >= this.source.length) return this.fail();
      items.push(this.classItem());
    }
    this.at++;
    return `${open}${joinClass(items, this.ignoreCase)}]`;
  }

  private classItem(): string {
    const char = this.source[this.at] as string;
    if (char === '\\') return this.escape(this.source[this.at + 1], true);
    this.at++;
    if (char === '[' || char === '^') return `\\${char}`;
    return char;
  }

  private fail(): string {
    this.impossible = true;
    return '';
  }
}

function bothCases(letter: string, bare = true): string {
  const both = `${letter.toLowerCase()}${letter.toUpperCase()}`;
  return bare ? both : `[${both}]`;
}

const isSet = (item: string | undefined): boolean => /^\\[dDwWsSpP]/u.test(item ?? '');

/** Joins the members of a character class: ranges are kept, and a hyphen beside a set is literal. */
function joinClass(items: readonly string[], ignoreCase: boolean): string {
  let text = '';
  for (let index = 0; index < items.length; index++) {
    const [from = '', hyphen, to] = items.slice(index, index + 3);
    if (hyphen === '-' && to !== undefined && !isSet(from) && !isSet(to)) {
      text += `${from}-${to}${ignoreCase ? otherRanges(from, to) : ''}`;
      index += 2;
    } else if (from === '-') {
      text += String.raw`\-`;
    } else {
      text += ignoreCase && /^[a-z]$/iu.test(from) ? bothCases(from) : from;
    }
  }
  return text;
}

const code = (item: string): number => item.replace(/^\\/u, '').charCodeAt(0);

/**
 * The letters of a range in the other case, e.g. `A-F` for `a-f`; a range with other characters is cut to its letters.
 */
function otherRanges(from: string, to: string): string {
  const [low, high] = [code(from), code(to)];
  const cut = (first: string, last: string, shift: number): string => {
    const start = Math.max(low, first.charCodeAt(0));
    const end = Math.min(high, last.charCodeAt(0));
    if (start > end) return '';
    return `${String.fromCharCode(start + shift)}-${String.fromCharCode(end + shift)}`;
  };
  return cut('a', 'z', -32) + cut('A', 'Z', 32);
}
