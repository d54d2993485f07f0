import type { LiveStream } from './stream.external.ts';

/** Far more than the rooms of ten accounts. */
export const KEPT = 2_000;

/**
 * The live streams of a poll that may get a room: all pinned streams, and the others with the most viewers. If a channel has two stream
 * ids, the stream with a login wins, then the one with more viewers. The size is bounded, except for pinned streams.
 */
export class Candidates {
  readonly #byChannel = new Map<string, LiveStream>();
  readonly #isPinned: (stream: LiveStream) => boolean;
  readonly #kept: number;
  /** The number of channels that may be dropped. */
  #others = 0;

  constructor(isPinned: (stream: LiveStream) => boolean = () => false, kept = KEPT) {
    this.#isPinned = isPinned;
    this.#kept = kept;
  }

  add(stream: LiveStream): void {
    const known = this.#byChannel.get(stream.channelId);
    if (known !== undefined && !isBetter(stream, known)) return;
    this.#byChannel.set(stream.channelId, stream);
    if (known === undefined && !this.#isPinned(stream)) this.#others += 1;
    if (this.#others > this.#kept * 2) this.#drop();
  }

  has(channelId: string): boolean {
    return this.#byChannel.has(channelId);
  }

  values(): LiveStream[] {
    return [...this.#byChannel.values()];
  }

  #drop(): void {
    const others = this.values().filter((stream) => !this.#isPinned(stream));
    others.sort((a, b) => viewersOf(b) - viewersOf(a));
    for (const { channelId } of others.splice(this.#kept)) this.#byChannel.delete(channelId);
    this.#others = others.length;
  }
}

function isBetter(stream: LiveStream, known: LiveStream): boolean {
  if ((stream.channelLogin === null) !== (known.channelLogin === null)) return known.channelLogin === null;
  return viewersOf(stream) > viewersOf(known);
}

/** A stream with an unknown number of viewers comes last. */
function viewersOf({ viewerCount }: LiveStream): number {
  return viewerCount ?? -1;
}
