import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Direction, Fault, Phase, Rewrite } from './fault.ts';
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
 * A TCP proxy on a loopback port of its own, whose connections suffer what the test says. Each verb takes the place of the one before, at
 * once and for connections that are open already; a verb for one direction leaves the other as it was.
 */
export class FaultProxy {
  /** Connections accepted so far, and bytes handed on. What was swallowed is not counted. */
  readonly counts = { connections: 0, toServer: 0, toClient: 0 };
  /** Where new connections go. */
  target: ProxyTarget;
  /** So an address in what the server sends may lead to another proxy; for new connections. */
  rewrite: Rewrite | undefined;
  readonly #open = new Set<Connection>();
  readonly #phases: Record<Direction, { phase: Phase; end: AbortController }>;
  #server: Server | undefined;
  #port = 0;

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

  /** Those of which something was swallowed: nothing comes through them any more. */
  get deafConnections(): number {
    return [...this.#open].filter(isDeaf).length;
  }

  /** Everything goes through. */
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

  /** Keeps everything back until another verb comes. */
  hold(...directions: Direction[]): Promise<void> {
    return this.#set({ kind: 'hold' }, directions);
  }

  /** Accepts and swallows, and closes nothing: a peer that has gone without a word. What it has swallowed from stays deaf afterwards. */
  halfOpen(): Promise<void> {
    return this.#set({ kind: 'swallow' });
  }

  /** Lets the next request through and the answer to it be lost: the connection is reset at its first byte. Once. */
  dropAnswer(): Promise<void> {
    return this.cutAfter(0, 'toClient');
  }

  /** Lets so many more bytes of one direction through and resets the connection that has the next one. Once. */
  cutAfter(bytes: number, direction: Direction): Promise<void> {
    return this.#set({ kind: 'resetAfter', bytes }, [direction]);
  }

  /** Resets all connections and refuses new ones until another verb comes. */
  async cut(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    const closed = [...this.#open].flatMap(({ client, server }) => [client, server].map(whenClosed));
    for (const connection of this.#open) reset(connection);
    if (server !== undefined) closed.push(once(server.close(), 'close'));
    await Promise.all(closed);
  }

  /** Ends it, with all its connections. */
  async close(): Promise<void> {
    await this.cut();
    for (const direction of BOTH) this.#phases[direction].end.abort();
  }

  async #set(fault: Fault, directions: readonly Direction[] = BOTH): Promise<void> {
    for (const direction of directions.length === 0 ? BOTH : directions) {
      const { end } = this.#phases[direction];
      // A copy for each: a fault counts for itself.
      this.#phases[direction] = begin({ ...fault });
      end.abort();
    }
    this.#server ??= await this.#listen();
  }

  /** On the port that it had before, if any. Meanwhile an outgoing connection may have that port: it is waited for. */
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
        // Who has gone without a word says nothing of the end either, and what was ended in order sends what it still has.
        const isLeftAlone = isDeaf(connection) || (!hadError && other.writableEnded);
        if (!other.destroyed && !isLeftAlone) other.resetAndDestroy();
        if (client.closed && server.closed) this.#open.delete(connection);
      });
    }
    // A socket that breaks is closed, which is all there is to know.
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

/** A proxy that passes everything, until told otherwise. */
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

/** Without `once`, which an error of the socket would make reject. */
function whenClosed(socket: Socket): Promise<unknown> {
  return socket.closed ? Promise.resolve() : new Promise((resolve) => socket.on('close', resolve));
}

function reset({ client, server }: Connection): void {
  client.resetAndDestroy();
  server.resetAndDestroy();
}
