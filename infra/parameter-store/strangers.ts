import type { Server, Socket } from 'node:net';

/**
 * Limits the connections that have not shown a key. When one more arrives, the oldest of them is closed. So clients that only occupy
 * connections cannot keep those with a key out.
 * @returns the function that takes a connection out of the limit
 */
export function limitStrangers(server: Server, most: number): (socket: Socket) => void {
  // By the client's address: over TLS a request has another socket than its connection.
  const strangers = new Map<string, Socket>();
  server.on('connection', (socket: Socket) => {
    const id = idOf(socket);
    strangers.set(id, socket);
    socket.once('close', () => strangers.delete(id));
    const [oldest] = strangers.values();
    if (strangers.size > most) oldest?.destroy();
  });
  return (socket) => void strangers.delete(idOf(socket));
}

function idOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
