import { ErrorCode } from '../../errors/protocol.error.js';
import {
  toErrorAnswer,
  type Message,
  type MessageId,
  type RequestMessage,
} from '../../protocol/json-rpc.js';
import type { CallInFlight } from '../../sessions/session-attachments.js';
import type { Reply } from '../../transports/mcp.transport.js';
import { toEnd, type CallObservation } from '../call-observer.js';

/** A request that the SDK answers: the handshake, a ping, or a method that the server does not have. */
export class SdkRequest implements CallInFlight {
  private onEnd: (() => void) | undefined;
  private isEnded = false;
  private readonly started = performance.now();

  constructor(
    readonly message: RequestMessage,
    private readonly reply: Reply,
    private readonly observation: CallObservation | undefined,
  ) {}

  get id(): MessageId {
    return this.message.id;
  }

  get kind(): CallInFlight['kind'] {
    return this.message.method === 'initialize' ? 'handshake' : 'call';
  }

  /** Whether it has no answer yet. */
  get isOpen(): boolean {
    return !this.isEnded;
  }

  /** Registers a listener that runs before the answer is sent. */
  whenEnded(listener: () => void): void {
    this.onEnd = listener;
  }

  cancel(): void {
    this.end(undefined);
  }

  abort({ message }: Error): void {
    this.end(toErrorAnswer(this.id, { code: ErrorCode.internalError, message }));
  }

  /** Sends the answer; `undefined` if there is none, because the request was cancelled. */
  end(answer: Message | undefined): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.onEnd?.();
    this.reply.answer(this.id, answer, false);
    this.observation?.end({ ...toEnd(answer), duration: performance.now() - this.started });
  }
}
