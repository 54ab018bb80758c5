import type { Message, MessageId } from '../../protocol/json-rpc.js';
import type { Session } from '../../sessions/session.js';
import type { Call } from '../call.js';
import type { EngineSettings } from '../engine-settings.js';
import type { SdkRequest } from './sdk-request.js';
import type { Agree, SdkServer } from './sdk-server.js';

/** The SDK's server class, loaded once for the whole process. */
let loaded: typeof SdkServer | undefined;

/** Loads the SDK, if it is not loaded yet. */
export async function loadSdk(): Promise<typeof SdkServer> {
  loaded ??= (await import('./sdk-server.js')).SdkServer;
  return loaded;
}

/**
 * The SDK's server of one client, created on first use. The SDK is only loaded then: it takes more time and memory than
 * the module itself, and an application whose clients all use the modern revisions never needs it.
 */
export class LateSdkServer {
  private server: SdkServer | undefined;

  constructor(
    private readonly settings: EngineSettings,
    private readonly session: Session | undefined,
  ) {}

  /** Lets the SDK answer a request. */
  answer(request: SdkRequest): void {
    this.use(
      (server) => server.answer(request),
      (error) => request.abort(error),
    );
  }

  /** Lets the SDK answer `initialize`. Its parameters are passed to `agree` first. */
  shakeHands(request: SdkRequest, agree: Agree): void {
    this.use(
      (server) => server.shakeHands(request, agree),
      (error) => request.abort(error),
    );
  }

  /** Passes on a notification, or the answer to a question. */
  take(message: Message): void {
    this.use(
      (server) => server.take(message),
      ({ message: reason }) => this.settings.logger.error(`The MCP SDK is not there: ${reason}`),
    );
  }

  /** Sends a request to the client on the stream of that call. `sent` receives the id that the SDK assigns. */
  async ask(
    method: string,
    params: Readonly<Record<string, unknown>>,
    call: Call,
    sent: (id: MessageId) => void,
  ): Promise<Record<string, unknown>> {
    return this.made(loaded ?? (await loadSdk())).ask(method, params, call, sent);
  }

  /** Closes the server after the session has ended. */
  close(): void {
    void this.server?.close();
  }

  /** Work that waits for the SDK runs in order. */
  private use(work: (server: SdkServer) => void, failed: (error: Error) => void): void {
    if (loaded) work(this.made(loaded));
    else
      loadSdk()
        .then((Sdk) => work(this.made(Sdk)))
        .catch(failed);
  }

  private made(Sdk: typeof SdkServer): SdkServer {
    this.server ??= new Sdk(this.settings, this.session);
    return this.server;
  }
}
