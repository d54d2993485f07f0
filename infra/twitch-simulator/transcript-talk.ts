import type { RoomLine } from './irc-server.ts';
import type { LineSource } from './talk.ts';
import { describeLine, stampLine } from './transcript.ts';
import type { World } from './world.ts';

/**
 * Sends recorded lines as the chat. They are distributed in turn over the joined channels on air, each line once. While no channel is
 * joined, they wait.
 */
export class TranscriptTalk implements LineSource {
  readonly #lines: Buffer[];
  readonly #world: World;
  readonly #nextId: () => string;
  readonly #now: () => number;
  readonly #isJoined: (channelLogin: string) => boolean;
  #dealt = 0;

  constructor(options: {
    lines: Buffer[];
    world: World;
    nextId: () => string;
    now: () => number;
    isJoined: (channelLogin: string) => boolean;
  }) {
    this.#lines = options.lines;
    this.#world = options.world;
    this.#nextId = options.nextId;
    this.#now = options.now;
    this.#isJoined = options.isJoined;
  }

  get usedUp(): boolean {
    return this.#dealt >= this.#lines.length;
  }

  next(): RoomLine[] {
    const recorded = this.#lines[this.#dealt];
    const channels = this.#world.scenario.channels.filter(
      (channel) => this.#isJoined(channel.login) && this.#world.stream(channel) !== undefined,
    );
    const channel = channels[this.#dealt % channels.length];
    if (recorded === undefined || channel === undefined) return [];
    this.#dealt += 1;
    const id = this.#nextId();
    const { isMessage, hasId } = describeLine(recorded);
    const line = stampLine(recorded, { id, sentAtMs: this.#now(), channelId: channel.id, channelLogin: channel.login });
    return [{ channelLogin: channel.login, line, isMessage, id: hasId ? id : undefined }];
  }
}
