import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A server on a real socket that answers the first bytes of each connection as the test says, HTTP or not. */
export interface HostileServer {
  url: string;
  /** Connections that were not broken off yet. */
  open(): number;
  /** How many there were in all. */
  connections(): number;
  stop(): Promise<void>;
}

export async function startHostileServer(answer: (socket: Socket, asked: string) => void): Promise<HostileServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    socket.once('data', (head) => answer(socket, head.toString('latin1')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    open: () => sockets.size,
    connections: () => connections,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Writes the piece again and again, as fast as it is taken, until the connection ends. */
export function flood(socket: Socket, piece: string | Buffer): void {
  const go = (): void => {
    while (!socket.destroyed && socket.write(piece));
  };
  socket.on('drain', go);
  go();
}

/** Writes one character every so many milliseconds, for ever. */
export function drip(socket: Socket, everyMs: number, piece = ' '): void {
  const timer = setInterval(() => socket.write(piece), everyMs);
  socket.on('close', () => clearInterval(timer));
}
