import { Server } from 'node:http';
import { Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import { ARRIVAL_GRACE } from './until-read.js';

/**
 * Connections without a request so far. `server.close()` waits for them (Node does not count them as idle), and clients
 * open them ahead of need (Node's own `fetch` does when a stream is aborted). Unless they are closed, an application
 * takes seconds to shut down.
 */
export class UnusedConnections {
  /** When each was opened. */
  private readonly sockets = new Map<Socket, number>();
  private readonly server: Server | HttpsServer;
  private closing = false;

  /** Has no effect on other servers (HTTP/2), whose sockets are not those of requests. */
  constructor(server: object) {
    this.server = server as Server;
    if (server instanceof HttpsServer) server.on('secureConnection', this.onConnection);
    else if (server instanceof Server) server.on('connection', this.onConnection);
    else return;
    server.on('request', this.onRequest);
    if (server.listenerCount('upgrade') > 0) this.watchUpgrades('upgrade');
    server.on('newListener', this.watchUpgrades).on('removeListener', this.unwatchUpgrades);
  }

  /**
   * Call it when the application shuts down. It closes unused connections, and those that are opened later. The request
   * of a new connection may be on its way, so it gets a moment: it is answered, if only by 503, and not reset.
   */
  close(): void {
    this.closing = true;
    const now = performance.now();
    for (const [socket, opened] of this.sockets) {
      this.closeUnused(socket, opened + ARRIVAL_GRACE - now);
    }
    this.server.once('close', () => {
      this.server.off('connection', this.onConnection);
      this.server.off('secureConnection', this.onConnection);
      this.server.off('request', this.onRequest);
      this.server.off('newListener', this.watchUpgrades);
      this.server.off('removeListener', this.unwatchUpgrades);
      this.server.off('upgrade', this.onUpgrade);
    });
  }

  private readonly onConnection = (socket: Socket): void => {
    this.sockets.set(socket, performance.now());
    socket.once('close', () => this.sockets.delete(socket));
    if (this.closing) this.closeUnused(socket, ARRIVAL_GRACE);
  };

  private closeUnused(socket: Socket, delay: number): void {
    if (delay <= 0) {
      socket.destroy();
      return;
    }
    setTimeout(() => {
      if (this.sockets.has(socket)) socket.destroy();
    }, delay).unref();
  }

  // A server without an `upgrade` listener refuses upgrades itself, so this class must not be the only listener.
  private readonly watchUpgrades = (event: string | symbol, listener?: unknown): void => {
    // Adding this class's own listener also emits the event, before the listener is in the list.
    if (event !== 'upgrade' || listener === this.onUpgrade) return;
    if (this.server.listeners('upgrade').includes(this.onUpgrade)) return;
    this.server.prependListener('upgrade', this.onUpgrade);
  };

  private readonly unwatchUpgrades = (event: string | symbol): void => {
    const left = event === 'upgrade' ? this.server.listeners('upgrade') : [];
    if (left.length === 1 && left[0] === this.onUpgrade) {
      this.server.off('upgrade', this.onUpgrade);
    }
  };

  /** The socket of a WebSocket is in use, by the code that accepted the upgrade. */
  private readonly onUpgrade = (_request: unknown, socket: Socket): void => {
    this.sockets.delete(socket);
  };

  private readonly onRequest = ({ socket }: { socket: Socket }): void => {
    this.sockets.delete(socket);
  };
}
