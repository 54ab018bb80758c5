import type { McpCall } from '../context/mcp-call.js';
import type { Advice, BootAdvice } from '../errors/boot-advice.js';
import { McpConfigurationError } from '../errors/configuration.error.js';
import { DeclarationErrors } from '../errors/declaration-errors.js';
import type { JsonSchema } from '../schema/mcp.schema.js';

/** The prompts, or the resources, whose arguments can be completed. */
export interface CompletionSource {
  /** The input schema of the one with that key; `undefined` if it does not exist for this caller. */
  inputFor(key: string, call: McpCall): Promise<JsonSchema | undefined>;
  /** The names of its arguments, `'any'` if its schema does not list them; `undefined` if there is none. */
  argumentsOf(key: string): readonly string[] | 'any' | undefined;
}

/** What has arguments to complete, by its kind. */
export interface CompletionSources {
  readonly prompt: CompletionSource;
  readonly resource: CompletionSource;
}

/** The argument of a prompt, or the variable of a template, that a completion is for. */
export interface CompletedArgument {
  readonly kind: keyof CompletionSources;
  readonly key: string;
  readonly argument: string;
}

const unknown: Advice = {
  finding: 'These completions are of a prompt or template that the server does not have',
  mend: 'Correct the name, unless it is added at run time.',
};

/**
 * Throws `McpConfigurationError` for arguments that their prompt or template does not have; warns of prompts and
 * templates that do not exist (yet).
 */
export function checkTargets(
  completions: readonly { readonly where: string; readonly target: CompletedArgument }[],
  sources: CompletionSources,
  advice: BootAdvice,
): void {
  const errors = new DeclarationErrors();
  for (const { where, target } of completions) {
    const { kind, key, argument } = target;
    const known = sources[kind].argumentsOf(key);
    if (known === undefined) advice.give(unknown, `${where} (${kind} '${key}')`);
    if (known === undefined || known === 'any' || known.includes(argument)) continue;
    errors.add(
      new McpConfigurationError(
        where,
        `the ${kind} '${key}' has no argument '${argument}'.`,
        known.length > 0
          ? `Name one of: ${known.join(', ')}.`
          : 'It has none: take the completion away.',
      ),
    );
  }
  errors.throwAll();
}
