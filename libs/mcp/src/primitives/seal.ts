import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { LoggerService } from '@nestjs/common';
import { McpConfigurationError } from '../errors/configuration.error.js';

/** Characters of a SHA-256 signature in base64url. */
const SIGNATURE_LENGTH = 43;

type Keys = readonly [signing: Buffer | string, ...others: (Buffer | string)[]];

/** Minimum length of a secret in bytes: that of the hash. */
const MIN_SECRET = 32;

/**
 * Signs texts that clients send back: cursors, and the state of a call between two rounds. A client can read such a
 * text, but neither change it nor use it for another purpose.
 */
export class Seal {
  /** The first one signs, all of them verify. */
  private keys: Keys | undefined;

  /**
   * `secret`: one of at least 32 bytes, or several during a rotation. Without it the key is random, and its texts are
   * invalid in other processes and after a restart. Throws `McpConfigurationError`.
   */
  constructor(
    secret: string | readonly string[] | undefined,
    private readonly logger: LoggerService,
  ) {
    if (secret === undefined) return;
    const [first, ...others] = typeof secret === 'string' ? [secret] : secret;
    const isLong = (key: string): boolean => Buffer.byteLength(key) >= MIN_SECRET;
    if (first !== undefined && [first, ...others].every(isLong)) {
      this.keys = [first, ...others];
      return;
    }
    throw new McpConfigurationError(
      'stateSecret',
      `it is shorter than ${MIN_SECRET} bytes: an attacker who guesses it can forge cursors and the state of calls.`,
      'Make one with `openssl rand -base64 32`.',
    );
  }

  /** Signs a value. `purpose` is part of the signed data, not of the text. `value` must be JSON. */
  close(purpose: string, value: unknown): string {
    const payload = Buffer.from(JSON.stringify(value)).toString('base64url');
    return `${payload}.${this.sign(this.keysInUse()[0], purpose, payload).toString('base64url')}`;
  }

  /**
   * The value of a text that was signed for that purpose; `undefined` if it was not. A text of another shape is refused
   * before a signature is computed and before the purpose is evaluated.
   */
  open(purpose: string | (() => string), text: string): unknown {
    const dot = text.length - SIGNATURE_LENGTH - 1;
    if (dot < 1 || text.indexOf('.') !== dot) return undefined;
    const payload = text.slice(0, dot);
    const signature = text.slice(dot + 1);
    const given = Buffer.from(signature, 'base64url');
    // Decoding is lenient: a text that does not encode to itself again is not the one that was signed.
    if (given.toString('base64url') !== signature) return undefined;
    const signedFor = typeof purpose === 'string' ? purpose : purpose();
    const isGenuine = this.keysInUse().some((key) => {
      const expected = this.sign(key, signedFor, payload);
      return given.length === expected.length && timingSafeEqual(given, expected);
    });
    if (!isGenuine) return undefined;
    return JSON.parse(Buffer.from(payload, 'base64url').toString()) as unknown;
  }

  private sign(key: Buffer | string, purpose: string, payload: string): Buffer {
    return createHmac('sha256', key).update(`${purpose}\0${payload}`).digest();
  }

  private keysInUse(): Keys {
    if (this.keys === undefined) {
      this.keys = [randomBytes(MIN_SECRET)];
      this.logger.warn(
        'Cursors and the state of calls that wait for an answer are signed with a key of this process alone: another instance, or this one after a restart, refuses them. Set stateSecret to share one.',
      );
    }
    return this.keys;
  }
}
