import { request, Server, type IncomingMessage } from 'node:http';
import { duplexPair, type Duplex } from 'node:stream';
import { Server as TlsServer } from 'node:tls';
import { setConnectionCaller } from '../auth/connection-caller.js';
import type { McpAuth } from '../sessions/mcp-auth.js';
import { McpTestError } from './mcp-test.error.js';

/** One HTTP request of the test client. */
export interface InProcessRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal | undefined;
}

/** Node's own HTTP with the server of an application, over in-memory sockets: no port is opened. */
export class InProcessHttp {
  private readonly server: Server;

  /**
   * `caller`: the caller of the requests, in place of the verifier. Throws `McpTestError` for a server that does not
   * support HTTP/1.1.
   */
  constructor(
    server: unknown,
    private readonly caller: McpAuth | undefined,
  ) {
    if (!(server instanceof Server) && !(server instanceof TlsServer)) {
      throw new McpTestError(
        "The application has no HTTP/1.1 server. Connect with over: 'memory', or give the application an Express or Fastify adapter.",
      );
    }
    this.server = server as Server;
  }

  /** Sends a request. Resolves when the headers of the response have arrived. */
  send({ method, path, headers, body, signal }: InProcessRequest): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const outgoing = request({
        method,
        path,
        headers: { host: 'localhost', 'user-agent': 'nestjs-mcp-testing', ...headers },
        signal,
        createConnection: () => this.connect(),
      });
      outgoing.once('response', resolve).once('error', reject);
      outgoing.end(body);
    });
  }

  private connect(): Duplex {
    const [near, far] = duplexPair();
    near.once('close', () => far.destroy());
    far.once('close', () => near.destroy());
    // A reset connection is an error of the client only.
    far.on('error', () => undefined);
    const isSecure = this.server instanceof TlsServer;
    Object.assign(far, socketFields, { encrypted: isSecure });
    if (this.caller) setConnectionCaller(far, this.caller);
    this.server.emit(isSecure ? 'secureConnection' : 'connection', far);
    return near;
  }
}

/** The socket fields of a loopback connection, which applications may read. */
const socketFields = {
  remoteAddress: '127.0.0.1',
  remoteFamily: 'IPv4',
  remotePort: 1,
  localAddress: '127.0.0.1',
  localFamily: 'IPv4',
  localPort: 1,
};
