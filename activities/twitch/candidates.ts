import type { LiveStream } from './stream.external.ts';

/** More than an account may have rooms, by far. */
const KEPT = 2_000;

/**
 * The live streams of a poll that may be given a room: those with the most viewers, and the pinned ones, whatever their size. Where a channel
 * comes under two stream ids, the one with a login, and then the one with more viewers. It stays small however many streams are live, but for
 * the pinned ones.
 */
export class Candidates {
  readonly #byChannel = new Map<string, LiveStream>();
  readonly #isPinned: (stream: LiveStream) => boolean;
  readonly #kept: number;
  /** Channels that may be dropped. */
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

/** One whose viewers are unknown comes last. */
function viewersOf({ viewerCount }: LiveStream): number {
  return viewerCount ?? -1;
}
