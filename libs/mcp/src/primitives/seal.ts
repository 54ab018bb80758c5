import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { LoggerService } from '@nestjs/common';

/** Characters of a SHA-256 signature in base64url. */
const SIGNATURE_LENGTH = 43;

/**
 * Signs what travels through a client and comes back: cursors, and the state of a call between two rounds. Whoever holds such a
 * text can read it, but neither change it nor use it for anything but what it was made for.
 */
export class Seal {
  private key: Buffer | string | undefined;

  /** Without `secret` the key is this process's own: its texts mean nothing to another one, or after a restart. */
  constructor(
    secret: string | undefined,
    private readonly logger: LoggerService,
  ) {
    this.key = secret;
  }

  /** `purpose` is part of what is signed, not of the text. `value` must be JSON. */
  close(purpose: string, value: unknown): string {
    const payload = Buffer.from(JSON.stringify(value)).toString('base64url');
    return `${payload}.${this.sign(purpose, payload).toString('base64url')}`;
  }

  /**
   * The value of a text that was sealed for that purpose; `undefined`: it was not. A text of another shape is refused
   * before anything is signed, and before the purpose is worked out.
   */
  open(purpose: string | (() => string), text: string): unknown {
    const dot = text.length - SIGNATURE_LENGTH - 1;
    if (dot < 1 || text.indexOf('.') !== dot) return undefined;
    const payload = text.slice(0, dot);
    const signature = text.slice(dot + 1);
    const given = Buffer.from(signature, 'base64url');
    const expected = this.sign(typeof purpose === 'string' ? purpose : purpose(), payload);
    // Decoding is lenient: what does not encode to itself again is not the text that was signed.
    const genuine =
      given.length === expected.length &&
      timingSafeEqual(given, expected) &&
      given.toString('base64url') === signature;
    if (!genuine) return undefined;
    return JSON.parse(Buffer.from(payload, 'base64url').toString()) as unknown;
  }

  private sign(purpose: string, payload: string): Buffer {
    return createHmac('sha256', this.keyInUse()).update(`${purpose}\0${payload}`).digest();
  }

  private keyInUse(): Buffer | string {
    if (this.key === undefined) {
      this.key = randomBytes(32);
      this.logger.warn(
        'Cursors and the state of calls that wait for an answer are signed with a key of this process alone: another instance, or this one after a restart, refuses them. Set stateSecret to share one.',
      );
    }
    return this.key;
  }
}
