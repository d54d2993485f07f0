import type { Server, Socket } from 'node:net';

/**
 * Limits the connections that have not shown a key. When one more arrives, the oldest of them is closed. So clients that only occupy
 * connections cannot keep those with a key out.
 * @returns the function that takes a connection out of the limit
 */
export function limitStrangers(server: Server, most: number): (socket: Socket) => void {
  const strangers = new Set<Socket>();
  server.on('connection', (socket) => {
    strangers.add(socket);
    socket.once('close', () => strangers.delete(socket));
    const [oldest] = strangers;
    if (strangers.size > most) oldest?.destroy();
  });
  return (socket) => void strangers.delete(socket);
}
