import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Fault, Phase, Rewrite } from './fault.ts';

interface LaneOptions {
  source: Socket;
  sink: Socket;
  /** The replacements in each chunk. */
  rewrite: Rewrite | undefined;
  /** The active phase. */
  phase: () => Phase;
  /** Called with the number of forwarded bytes. */
  handedOn: (bytes: number) => void;
  /** Resets both ends of the connection, because the fault is over. */
  reset: () => void;
}

/** The share of a second's bytes that is forwarded at once. */
const BANDWIDTH_STEPS = 20;
const nothing = Buffer.alloc(0);

/**
 * One direction of one connection. Each chunk is forwarded by the rules of the active phase. A waiting chunk
 * follows the next phase when its own is over. A lane that has swallowed bytes stays deaf: TCP has no holes.
 */
export class Lane {
  readonly #options: LaneOptions;
  #isDeaf = false;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  /** Whether bytes, or the end of the source, were swallowed. */
  get isDeaf(): boolean {
    return this.#isDeaf;
  }

  /** Runs until the source ends or a socket breaks. */
  async run(): Promise<void> {
    const { source, sink, phase } = this.#options;
    for await (const chunk of source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      await this.#forward(this.#rewritten(chunk));
    }
    while (phase().fault.kind === 'hold') await this.#waited(Infinity, phase().over);
    if (phase().fault.kind === 'swallow') this.#isDeaf = true;
    if (!this.#isDeaf) sink.end();
  }

  async #forward(chunk: Buffer): Promise<void> {
    const arrivedAt = performance.now();
    for (let rest = chunk; rest.length > 0 && !this.#options.sink.destroyed;) {
      const { fault, over } = this.#options.phase();
      rest = await this.#step(rest, fault, over, arrivedAt);
    }
  }

  #rewritten(chunk: Buffer): Buffer {
    const { rewrite } = this.#options;
    if (rewrite === undefined || !chunk.includes(rewrite.from, 0, 'latin1')) return chunk;
    return Buffer.from(
      chunk.toString('latin1').replaceAll(rewrite.from, () => rewrite.to),
      'latin1',
    );
  }

  /** Handles the first bytes of a chunk. @returns the rest */
  async #step(rest: Buffer, fault: Fault, over: AbortSignal, arrivedAt: number): Promise<Buffer> {
    if (this.#isDeaf || fault.kind === 'swallow') {
      this.#isDeaf = true;
      return nothing;
    }
    switch (fault.kind) {
      case 'pass':
        return this.#write(rest, rest.length);
      case 'latency':
        if (!(await this.#waited(arrivedAt + fault.ms - performance.now(), over))) return rest;
        return this.#write(rest, rest.length);
      case 'bandwidth': {
        const bytes = Math.min(rest.length, Math.ceil(fault.bytesPerSecond / BANDWIDTH_STEPS));
        if (!(await this.#waited((bytes / fault.bytesPerSecond) * 1_000, over))) return rest;
        return this.#write(rest, bytes);
      }
      case 'slices':
        return this.#write(rest, fault.bytes);
      case 'hold':
        await this.#waited(Infinity, over);
        return rest;
      case 'resetAfter': {
        const bytes = Math.min(rest.length, fault.bytes);
        fault.bytes -= bytes;
        if (bytes > 0) return this.#write(rest, bytes);
        this.#options.reset();
        return nothing;
      }
    }
  }

  /** Resolves when the system has taken the bytes, so the source is read no faster than the sink. */
  async #write(chunk: Buffer, bytes: number): Promise<Buffer> {
    const { sink, handedOn } = this.#options;
    const piece = chunk.subarray(0, bytes);
    await new Promise<void>((resolve, reject) => {
      sink.write(piece, (error) => (error ? reject(error) : resolve()));
    });
    handedOn(piece.length);
    return chunk.subarray(bytes);
  }

  /** Whether the time passed before the phase ended. */
  async #waited(ms: number, over: AbortSignal): Promise<boolean> {
    if (over.aborted) return false;
    if (ms === Infinity) {
      await new Promise((resolve) => over.addEventListener('abort', resolve, { once: true }));
      return false;
    }
    return delay(Math.max(0, ms), true, { signal: over }).catch(() => false);
  }
}
