type Step =
  | { readonly op: 'text'; readonly text: string }
  /** Any one character except these. */
  | { readonly op: 'other'; readonly than: string }
  /** The same; a percent-encoded character is one, however many bytes it has. */
  | { readonly op: 'character'; readonly than: string }
  | { readonly op: 'save'; readonly slot: number }
  /** Continues at `to`, and if that does not match at `or`. */
  | { op: 'fork'; to: number; or: number };

/** The captures on the way, latest first. */
interface Saved {
  readonly slot: number;
  readonly at: number;
  readonly before: Saved | undefined;
}

/**
 * A pattern for URI templates. Matching takes time proportional to the length of the pattern times that of the text; a
 * regular expression for `{a}-{b}-{c}` takes cubic time. The pattern is built from left to right.
 */
export class UriPattern {
  private readonly steps: Step[] = [];
  private captures = 0;

  literal(text: string): this {
    if (text !== '') this.steps.push({ op: 'text', text });
    return this;
  }

  /** One or more characters except these, as many as possible (`lazy`: as few). */
  run(than: string, lazy = false): this {
    return this.one(than).repeat(() => this.one(than), lazy);
  }

  /** The same as `run`, or nothing. */
  runOrNothing(than: string, lazy = false): this {
    return this.repeat(() => this.one(than), lazy);
  }

  /** One to `count` characters except these, as many as possible; a percent-encoded one counts once. */
  atMost(count: number, than: string): this {
    this.steps.push({ op: 'character', than });
    return count > 1 ? this.optional(() => this.atMost(count - 1, than)) : this;
  }

  /** Captures the text that `body` matches. */
  capture(body: () => void): this {
    const slot = 2 * this.captures++;
    this.steps.push({ op: 'save', slot });
    body();
    this.steps.push({ op: 'save', slot: slot + 1 });
    return this;
  }

  optional(body: () => void): this {
    const fork = this.fork();
    body();
    fork.or = this.steps.length;
    return this;
  }

  /** Matches `body` any number of times. */
  repeat(body: () => void, lazy = false): this {
    const start = this.steps.length;
    const fork = this.fork();
    body();
    this.steps.push({ op: 'fork', to: start, or: start });
    const end = this.steps.length;
    if (lazy) Object.assign(fork, { to: end, or: fork.to });
    else fork.or = end;
    return this;
  }

  /** The captures, if the whole text matches; `undefined` if it does not. */
  match(text: string): (string | undefined)[] | undefined {
    const width = text.length + 1;
    const seen = new Uint8Array(width * (this.steps.length + 1));
    const open: [number, number, Saved | undefined][] = [[0, 0, undefined]];
    for (let state = open.pop(); state; state = open.pop()) {
      let [index, at, saved] = state;
      // A state that has failed once at a position fails again, whatever path led to it.
      while (seen[index * width + at] === 0) {
        seen[index * width + at] = 1;
        const step = this.steps[index];
        if (!step) {
          if (at === text.length) return this.captured(text, saved);
          break;
        }
        if (step.op === 'save') {
          saved = { slot: step.slot, at, before: saved };
        } else if (step.op === 'fork') {
          if (step.or !== step.to) open.push([step.or, at, saved]);
          index = step.to;
          continue;
        } else if (step.op === 'text') {
          if (!text.startsWith(step.text, at)) break;
          at += step.text.length;
        } else {
          if (at >= text.length || step.than.includes(text[at] as string)) break;
          at = step.op === 'other' ? at + 1 : endOfCharacter(text, at);
        }
        index++;
      }
    }
    return undefined;
  }

  private one(than: string): this {
    this.steps.push({ op: 'other', than });
    return this;
  }

  private fork(): Extract<Step, { op: 'fork' }> {
    const fork = { op: 'fork' as const, to: this.steps.length + 1, or: -1 };
    this.steps.push(fork);
    return fork;
  }

  private captured(text: string, last: Saved | undefined): (string | undefined)[] {
    const marks: (number | undefined)[] = [];
    for (let saved = last; saved; saved = saved.before) marks[saved.slot] ??= saved.at;
    return Array.from({ length: this.captures }, (_, i) =>
      marks[2 * i + 1] === undefined ? undefined : text.slice(marks[2 * i], marks[2 * i + 1]),
    );
  }
}

/** One character: a percent-encoded one of UTF-8, or any code point. */
const character =
  /%f[0-7](?:%[89ab][\da-f]){3}|%e[\da-f](?:%[89ab][\da-f]){2}|%[cd][\da-f]%[89ab][\da-f]|%[0-7][\da-f]|[^]/iuy;

function endOfCharacter(text: string, at: number): number {
  character.lastIndex = at;
  return character.test(text) ? character.lastIndex : text.length;
}
