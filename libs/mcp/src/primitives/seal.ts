import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { LoggerService } from '@nestjs/common';

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

  /** The value of a text that was sealed for that purpose; `undefined`: it was not. */
  open(purpose: string, text: string): unknown {
    const [payload = '', signature = '', ...rest] = text.split('.');
    const given = Buffer.from(signature, 'base64url');
    const expected = this.sign(purpose, payload);
    // Decoding is lenient: what does not encode to itself again is not the text that was signed.
    const genuine =
      rest.length === 0 &&
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
