import { Socket } from 'node:net';

/** The properties of a connection that a detached one copies. */
const facts = [
  'remoteAddress',
  'remotePort',
  'remoteFamily',
  'localAddress',
  'localPort',
  'localFamily',
  'encrypted',
  'authorized',
] as const;

const sockets = new WeakMap<Socket, Socket>();
let unconnected: Socket | undefined;

/**
 * The connection of detached responses: it has the properties of the real one, but no operation on it reaches a client.
 */
export function detachedSocket(real: Socket | undefined): Socket {
  if (!real) return (unconnected ??= createSocket({}));
  let socket = sockets.get(real);
  if (!socket) {
    sockets.set(real, (socket = createSocket(real)));
    real.once('close', () => socket?.emit('close', false));
  }
  return socket;
}

function createSocket(real: Partial<Record<(typeof facts)[number], unknown>>): Socket {
  const socket = new Socket();
  // Every call of a connection adds a listener or two.
  socket.setMaxListeners(0);
  const ignore = { value: () => socket, configurable: true, writable: true };
  const told = facts.flatMap((name) =>
    real[name] === undefined ? [] : [[name, { value: real[name], configurable: true }]],
  );
  return Object.defineProperties(socket, {
    ...(Object.fromEntries(told) as PropertyDescriptorMap),
    destroy: ignore,
    end: ignore,
    setTimeout: ignore,
    write: { ...ignore, value: () => true },
  });
}
