import type { Scenario, ScenarioChannel } from './scenario.ts';
import { spellAt, viewersAt } from './scenario.ts';

export interface LiveStream {
  id: string;
  channel: ScenarioChannel;
  startedAtMs: number;
  viewers: number;
}

/**
 * How long a look at all channels holds, in ms for each channel: 1 s for 10,000. With Twitch's 120,000 a look for each page would be most of
 * the work of the simulator, and Helix's own lists are some seconds old as well.
 */
const HOLDS_MS_PER_CHANNEL = 0.1;

/** The scenario at this moment: what time makes of it, and what the control port has changed. */
export class World {
  readonly scenario: Scenario;
  readonly startedAtMs: number;
  readonly suspended = new Set<string>();
  readonly #steady: boolean;
  readonly #now: () => number;
  readonly #byLogin: Map<string, ScenarioChannel>;
  readonly #indexes: Map<ScenarioChannel, number>;
  readonly #orders = new Map<string, { live: boolean; atMs: number; order: number }>();
  #orderCount = 0;
  #look: { streams: LiveStream[]; untilMs: number } = { streams: [], untilMs: -Infinity };

  constructor(options: { scenario: Scenario; startedAtMs: number; steady: boolean; now: () => number }) {
    this.scenario = options.scenario;
    this.startedAtMs = options.startedAtMs;
    this.#steady = options.steady;
    this.#now = options.now;
    this.#byLogin = new Map(options.scenario.channels.map((channel) => [channel.login, channel]));
    this.#indexes = new Map(options.scenario.channels.map((channel, index) => [channel, index]));
  }

  /** Seconds since the start. In a steady world viewers stand still, for they are asked at second 0. */
  seconds(): number {
    return this.#steady ? 0 : (this.#now() - this.startedAtMs) / 1000;
  }

  channel(login: string): ScenarioChannel | undefined {
    return this.#byLogin.get(login);
  }

  /** Puts a channel on or off the air from now on, whatever the scenario says. */
  order(login: string, live: boolean): void {
    const channel = this.#byLogin.get(login);
    if (channel === undefined || (this.stream(channel) !== undefined) === live) return;
    this.#orderCount += 1;
    this.#look.untilMs = -Infinity;
    this.#orders.set(login, { live, atMs: this.#now(), order: this.#orderCount });
  }

  stream(channel: ScenarioChannel): LiveStream | undefined {
    const seconds = this.seconds();
    const viewers = viewersAt(channel, seconds);
    const order = this.#orders.get(channel.login);
    if (order !== undefined) {
      const id = this.#streamId(channel, 50 + order.order);
      return order.live ? { id, channel, startedAtMs: order.atMs, viewers } : undefined;
    }
    const spell = spellAt(channel, seconds);
    if (spell === undefined) return undefined;
    return {
      id: this.#streamId(channel, channel.spells.indexOf(spell)),
      channel,
      startedAtMs: this.startedAtMs + (spell.fromSeconds - spell.runningSeconds) * 1000,
      viewers,
    };
  }

  /** Streams on air, most viewers first, as Helix lists them. */
  streams(): readonly LiveStream[] {
    const nowMs = this.#now();
    if (nowMs >= this.#look.untilMs) {
      const streams = this.scenario.channels.flatMap((channel) => this.stream(channel) ?? []);
      streams.sort((a, b) => b.viewers - a.viewers || (a.channel.login < b.channel.login ? -1 : 1));
      this.#look = { streams, untilMs: nowMs + this.scenario.channels.length * HOLDS_MS_PER_CHANNEL };
    }
    return this.#look.streams;
  }

  #streamId(channel: ScenarioChannel, spell: number): string {
    const index = this.#indexes.get(channel) ?? 0;
    return `${Math.floor(this.startedAtMs / 1000)}${String(index).padStart(5, '0')}${String(spell).padStart(2, '0')}`;
  }
}
