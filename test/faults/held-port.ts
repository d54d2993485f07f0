import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/**
 * Keeps a loopback port that nobody listens on: connections to it are refused, and the operating system gives it to no other program. For
 * this, an outgoing connection has it as its local port.
 *
 * @returns a function that gives the port back
 * @throws if a server listens on the port
 */
export async function holdPort(port: number): Promise<() => Promise<void>> {
  const sink = createServer((socket) => socket.on('error', () => {}));
  await once(sink.listen(0, '127.0.0.1'), 'listening');
  const accepted = once(sink, 'connection');
  const holder = connect({ host: '127.0.0.1', port: (sink.address() as AddressInfo).port, localPort: port });
  try {
    await Promise.all([once(holder, 'connect'), accepted]);
  } catch (error) {
    sink.close();
    throw error;
  }
  return async () => {
    const closed = [once(holder, 'close'), once(sink, 'close')];
    sink.close();
    // A reset leaves no TIME_WAIT behind.
    holder.resetAndDestroy();
    await Promise.all(closed);
  };
}
