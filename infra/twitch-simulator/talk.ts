import { writeMessage } from './chat-lines.ts';
import type { SentMessage } from './chat-lines.ts';
import { createChatters } from './chatters.ts';
import type { Chatter } from './chatters.ts';
import { writeEvent } from './event-lines.ts';
import type { RoomLine } from './irc-server.ts';
import { Random } from './random.ts';
import { burstAt } from './scenario.ts';
import type { ScenarioChannel } from './scenario.ts';
import type { LiveStream, World } from './world.ts';

const SHARES = { repeated: 0.01, shared: 0.015, event: 0.04 };
const REMEMBERED_PER_CHANNEL = 20;
const LOOK_AGAIN_MS = 250;

/** The source of lines: seeded talk, or a transcript. */
export interface LineSource {
  /** The lines of one turn; the first is the message. Empty if there is no channel to talk in now. */
  next(): RoomLine[];
  /** Whether the source has no more lines. */
  readonly usedUp: boolean;
}

/**
 * Seeded chat of the channels on air. The seed determines who says what; the channel depends on who is on air. About one line in a hundred
 * is sent again unchanged, some are copied into a second room (shared chat), and events of the room come between messages.
 */
export class SeededTalk implements LineSource {
  readonly usedUp = false;
  readonly #world: World;
  readonly #random: Random;
  readonly #chatters: Chatter[];
  readonly #nextId: () => string;
  readonly #now: () => number;
  readonly #remembered = new Map<string, SentMessage[]>();
  #live: { channel: ScenarioChannel; upTo: number }[] = [];
  /** The inputs of the list above. */
  #looked: { streams: readonly LiveStream[]; burst: number } | undefined;
  #lookedAtMs = -Infinity;

  constructor(options: { world: World; nextId: () => string; now: () => number }) {
    const { seed } = options.world.scenario;
    this.#world = options.world;
    this.#random = new Random(`talk/${seed}`);
    this.#chatters = createChatters(seed);
    this.#nextId = options.nextId;
    this.#now = options.now;
  }

  next(): RoomLine[] {
    const channel = this.#pickChannel();
    if (channel === undefined) return [];
    const random = this.#random;
    const earlier = this.#recent(channel);
    if (earlier !== undefined && random.chance(SHARES.repeated)) return [roomLine(earlier)];

    const partner = random.chance(SHARES.shared) ? this.#pickChannel() : undefined;
    const shared = partner !== undefined && partner !== channel;
    const message = this.#write({ channel, earlier, shared });
    const lines = [roomLine(message)];
    if (shared) lines.push(roomLine(this.#write({ channel: partner, original: message })));
    if (random.chance(SHARES.event)) lines.push(this.#event(channel, message));
    return lines;
  }

  #write(input: {
    channel: ScenarioChannel;
    earlier?: SentMessage | undefined;
    shared?: boolean;
    original?: SentMessage;
  }): SentMessage {
    const chatter = input.original?.chatter ?? this.#pickChatter();
    const message = writeMessage(this.#random, { ...input, id: this.#nextId(), chatter, sentAtMs: this.#now() });
    const remembered = this.#remembered.get(roomOf(input.channel)) ?? [];
    if (remembered.push(message) > REMEMBERED_PER_CHANNEL) remembered.shift();
    this.#remembered.set(roomOf(input.channel), remembered);
    return message;
  }

  #event(channel: ScenarioChannel, message: SentMessage): RoomLine {
    const line = writeEvent(this.#random, {
      id: this.#nextId(),
      channel,
      chatter: this.#pickChatter(),
      sentAtMs: this.#now(),
      earlier: this.#random.chance(0.8) ? message : undefined,
    });
    return { channelLogin: channel.login, line: Buffer.from(line), isMessage: false, id: undefined };
  }

  /** A few people write most messages: the square favours the front of the list. */
  #pickChatter(): Chatter {
    const drawn = this.#chatters[Math.floor(this.#random.next() ** 2 * this.#chatters.length)];
    return drawn ?? this.#random.pick(this.#chatters);
  }

  #recent(channel: ScenarioChannel): SentMessage | undefined {
    const remembered = this.#remembered.get(roomOf(channel));
    return remembered === undefined ? undefined : this.#random.pick(remembered);
  }

  #pickChannel(): ScenarioChannel | undefined {
    const now = this.#now();
    if (now - this.#lookedAtMs >= LOOK_AGAIN_MS) {
      this.#lookedAtMs = now;
      this.#look((now - this.#world.startedAtMs) / 1000);
    }
    const drawn = this.#random.next() * (this.#live.at(-1)?.upTo ?? 0);
    let [from, to] = [0, this.#live.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (drawn < (this.#live[middle]?.upTo ?? 0)) to = middle;
      else from = middle + 1;
    }
    return this.#live[from]?.channel;
  }

  /** Recomputed only after a change: with 120,000 channels on air it is slow. */
  #look(seconds: number): void {
    const streams = this.#world.streams();
    const burst = Math.floor(seconds / 10);
    if (this.#looked?.streams === streams && this.#looked.burst === burst) return;
    this.#looked = { streams, burst };
    let upTo = 0;
    this.#live = streams.map(({ channel }) => {
      upTo += channel.weight * burstAt(channel, seconds);
      return { channel, upTo };
    });
  }
}

/** A login that moves to another channel does not bring its messages along. */
function roomOf({ id, login }: ScenarioChannel): string {
  return `${id} ${login}`;
}

function roomLine(message: SentMessage): RoomLine {
  return { channelLogin: message.channel.login, line: Buffer.from(message.line), isMessage: true, id: message.id };
}
