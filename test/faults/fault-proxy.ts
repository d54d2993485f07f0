import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Direction, Fault, Phase, Rewrite } from './fault.ts';
import { holdPort } from './held-port.ts';
import { Lane } from './lane.ts';

export interface ProxyTarget {
  host: string;
  port: number;
}

interface Connection {
  client: Socket;
  server: Socket;
  lanes: Lane[];
}

const BOTH: readonly Direction[] = ['toServer', 'toClient'];

/**
 * A TCP proxy on a loopback port, with faults that the test chooses. Each verb replaces the previous one, at
 * once and for open connections too. A verb for one direction does not change the other.
 */
export class FaultProxy {
  /** Accepted connections and forwarded bytes. Swallowed bytes do not count. */
  readonly counts = { connections: 0, toServer: 0, toClient: 0 };
  /** The target of new connections. */
  target: ProxyTarget;
  /** Rewrites addresses in the server's bytes, for example to another proxy. For new connections. */
  rewrite: Rewrite | undefined;
  readonly #open = new Set<Connection>();
  readonly #phases: Record<Direction, { phase: Phase; end: AbortController }>;
  #server: Server | undefined;
  #port = 0;
  /** While it is cut: gives the port back. */
  #giveBack: (() => Promise<void>) | undefined;

  /** Use {@link startFaultProxy}. */
  constructor(target: ProxyTarget, rewrite?: Rewrite) {
    this.target = target;
    this.rewrite = rewrite;
    this.#phases = { toServer: begin({ kind: 'pass' }), toClient: begin({ kind: 'pass' }) };
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Connections with an open socket on either side. */
  get openConnections(): number {
    return this.#open.size;
  }

  /** Connections with swallowed bytes, which pass nothing any more. */
  get deafConnections(): number {
    return [...this.#open].filter(isDeaf).length;
  }

  /** Passes everything. */
  pass(): Promise<void> {
    return this.#set({ kind: 'pass' });
  }

  latency(ms: number, ...directions: Direction[]): Promise<void> {
    return this.#set({ kind: 'latency', ms }, directions);
  }

  bandwidth(bytesPerSecond: number, ...directions: Direction[]): Promise<void> {
    return this.#set({ kind: 'bandwidth', bytesPerSecond }, directions);
  }

  slices(bytes: number, ...directions: Direction[]): Promise<void> {
    return this.#set({ kind: 'slices', bytes }, directions);
  }

  /** Holds everything back until the next verb. */
  hold(...directions: Direction[]): Promise<void> {
    return this.#set({ kind: 'hold' }, directions);
  }

  /** Accepts and swallows, and closes nothing, like a peer that vanished. These connections stay deaf afterwards. */
  halfOpen(): Promise<void> {
    return this.#set({ kind: 'swallow' });
  }

  /** Passes the next request and resets the connection at the first byte of its answer. Once. */
  dropAnswer(): Promise<void> {
    return this.cutAfter(0, 'toClient');
  }

  /** Passes this many bytes in one direction, then resets the connection with the next byte. Once. */
  cutAfter(bytes: number, direction: Direction): Promise<void> {
    return this.#set({ kind: 'resetAfter', bytes }, [direction]);
  }

  /** Resets all connections and refuses new ones until the next verb. The operating system gives the port to nobody meanwhile. */
  async cut(): Promise<void> {
    await this.#stop();
    this.#giveBack ??= await holdPort(this.#port);
  }

  /** Closes the proxy and all its connections. */
  async close(): Promise<void> {
    await this.#stop();
    await this.#releasePort();
    for (const direction of BOTH) this.#phases[direction].end.abort();
  }

  async #stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    const closed = [...this.#open].flatMap(({ client, server }) => [client, server].map(whenClosed));
    for (const connection of this.#open) reset(connection);
    if (server !== undefined) closed.push(once(server.close(), 'close'));
    await Promise.all(closed);
  }

  async #releasePort(): Promise<void> {
    const giveBack = this.#giveBack;
    this.#giveBack = undefined;
    await giveBack?.();
  }

  async #set(fault: Fault, directions: readonly Direction[] = BOTH): Promise<void> {
    for (const direction of directions.length === 0 ? BOTH : directions) {
      const { end } = this.#phases[direction];
      // Each connection gets a copy, because faults count.
      this.#phases[direction] = begin({ ...fault });
      end.abort();
    }
    await this.#releasePort();
    this.#server ??= await this.#listen();
  }

  /** Uses the previous port, if any. An outgoing connection may have taken that port: then it waits. */
  async #listen(): Promise<Server> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.#accept(client));
    for (let attempt = 1; ; attempt++) {
      try {
        server.listen(this.#port, '127.0.0.1');
        await once(server, 'listening');
        this.#port = (server.address() as AddressInfo).port;
        return server;
      } catch (error) {
        if (attempt === 100) throw error;
        await delay(100);
      }
    }
  }

  #accept(client: Socket): void {
    const server = connect({ ...this.target, allowHalfOpen: true, noDelay: true });
    const connection: Connection = { client, server, lanes: [] };
    this.counts.connections++;
    this.#open.add(connection);
    for (const direction of BOTH) connection.lanes.push(this.#lane(direction, connection));
    for (const socket of [client, server]) {
      socket.on('error', () => {});
      socket.on('close', (hadError) => {
        const other = socket === client ? server : client;
        // A vanished peer does not report its end either. A clean end still sends the rest.
        const isLeftAlone = isDeaf(connection) || (!hadError && other.writableEnded);
        if (!other.destroyed && !isLeftAlone) other.resetAndDestroy();
        if (client.closed && server.closed) this.#open.delete(connection);
      });
    }
    // A broken socket is closed, and nothing else matters.
    for (const lane of connection.lanes) lane.run().catch(() => {});
  }

  #lane(direction: Direction, connection: Connection): Lane {
    const { client, server } = connection;
    const [source, sink] = direction === 'toServer' ? [client, server] : [server, client];
    return new Lane({
      source,
      sink,
      rewrite: direction === 'toClient' ? this.rewrite : undefined,
      phase: () => this.#phases[direction].phase,
      handedOn: (bytes) => (this.counts[direction] += bytes),
      reset: () => {
        reset(connection);
        const { end } = this.#phases[direction];
        this.#phases[direction] = begin({ kind: 'pass' });
        end.abort();
      },
    });
  }
}

/** Starts a proxy that passes everything at first. */
export async function startFaultProxy(target: ProxyTarget, rewrite?: Rewrite): Promise<FaultProxy> {
  const proxy = new FaultProxy(target, rewrite);
  await proxy.pass();
  return proxy;
}

function begin(fault: Fault): { phase: Phase; end: AbortController } {
  const end = new AbortController();
  return { phase: { fault, over: end.signal }, end };
}

function isDeaf({ lanes }: Connection): boolean {
  return lanes.some((lane) => lane.isDeaf);
}

/** Not by `once`, which rejects on an error of the socket. */
function whenClosed(socket: Socket): Promise<unknown> {
  return socket.closed ? Promise.resolve() : new Promise((resolve) => socket.on('close', resolve));
}

function reset({ client, server }: Connection): void {
  client.resetAndDestroy();
  server.resetAndDestroy();
}
