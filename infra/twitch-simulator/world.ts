import { hash, mix } from './random.ts';
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
  /** Rooms whose JOIN is answered with this `msg-id`, or with silence where it is null; by login. */
  readonly refusals = new Map<string, string | null>();
  /** Logins that do not exist any more: a question that names one is refused as a whole. */
  readonly gone = new Set<string>();
  readonly #steady: boolean;
  readonly #now: () => number;
  readonly #byLogin: Map<string, ScenarioChannel>;
  readonly #indexes: Map<ScenarioChannel, number>;
  readonly #viewerNoise: number;
  readonly #orders = new Map<ScenarioChannel, { live: boolean; atMs: number; order: number }>();
  /** What of a channel is the same at all times: reckoning it anew for 120,000 channels would take most of a second. */
  readonly #constants = new Map<ScenarioChannel, { seed: number; steadyViewers: number }>();
  readonly #viewersTimes = new Map<ScenarioChannel, number>();
  #orderCount = 0;
  #look: { streams: LiveStream[]; untilMs: number } = { streams: [], untilMs: -Infinity };

  constructor(options: {
    scenario: Scenario;
    startedAtMs: number;
    steady: boolean;
    /** Share by which viewers rise and fall from one ten seconds to the next, also in a steady world. Default 0. */
    viewerNoise?: number;
    now: () => number;
  }) {
    this.scenario = options.scenario;
    this.startedAtMs = options.startedAtMs;
    this.#steady = options.steady;
    this.#viewerNoise = options.viewerNoise ?? 0;
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
    this.#orders.set(channel, { live, atMs: this.#now(), order: this.#orderCount });
  }

  /** Gives a channel so many times its viewers, from now on. */
  orderViewers(login: string, times: number): void {
    const channel = this.#byLogin.get(login);
    if (channel === undefined) return;
    this.#viewersTimes.set(channel, times);
    this.#look.untilMs = -Infinity;
  }

  /**
   * Gives a channel another login. From now on its chat is the room of that name, and nobody answers for the old one, unless another channel
   * takes it over: a new one, on air at once, with its own id.
   * @returns false where the new login is another channel's
   */
  rename(login: string, to: string, oldLoginTaken: boolean): boolean {
    const channel = this.#byLogin.get(login);
    if (channel === undefined || this.#byLogin.has(to)) return false;
    this.#byLogin.delete(login);
    channel.login = to;
    this.#byLogin.set(to, channel);
    if (oldLoginTaken) this.#add({ ...channel, id: String(Number(channel.id) + 1), login });
    this.#look.untilMs = -Infinity;
    return true;
  }

  stream(channel: ScenarioChannel): LiveStream | undefined {
    const seconds = this.seconds();
    const viewers = this.#viewers(channel, seconds);
    const order = this.#orders.get(channel);
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
      const streams = bySize(this.scenario.channels.flatMap((channel) => this.stream(channel) ?? []));
      this.#look = { streams, untilMs: nowMs + this.scenario.channels.length * HOLDS_MS_PER_CHANNEL };
    }
    return this.#look.streams;
  }

  #add(channel: ScenarioChannel): void {
    this.#indexes.set(channel, this.scenario.channels.length);
    this.scenario.channels.push(channel);
    this.#byLogin.set(channel.login, channel);
  }

  #viewers(channel: ScenarioChannel, seconds: number): number {
    const { seed, steadyViewers } = this.#constantsOf(channel);
    const calm = this.#steady ? steadyViewers : viewersAt(channel, seconds);
    const viewers = calm * (this.#viewersTimes.get(channel) ?? 1);
    if (this.#viewerNoise === 0) return Math.round(viewers);
    const drawn = mix(seed ^ Math.floor(this.#now() / 10_000)) / 0x1_0000_0000;
    return Math.max(1, Math.round(viewers * (1 + this.#viewerNoise * (2 * drawn - 1))));
  }

  #constantsOf(channel: ScenarioChannel): { seed: number; steadyViewers: number } {
    let constants = this.#constants.get(channel);
    if (constants === undefined) {
      constants = { seed: hash(`${channel.id}/viewers`), steadyViewers: viewersAt(channel, 0) };
      this.#constants.set(channel, constants);
    }
    return constants;
  }

  #streamId(channel: ScenarioChannel, spell: number): string {
    const index = this.#indexes.get(channel) ?? 0;
    return `${Math.floor(this.startedAtMs / 1000)}${String(index).padStart(5, '0')}${String(spell).padStart(2, '0')}`;
  }
}

/** Most viewers first, and among equals in the order given. Numbers alone are sorted several times as fast as objects. */
function bySize(streams: readonly LiveStream[]): LiveStream[] {
  const count = streams.length;
  const keys = Float64Array.from(streams, ({ viewers }, index) => viewers * count + (count - 1 - index));
  keys.sort();
  return Array.from(keys.reverse(), (key) => streams[count - 1 - (key % count)]).filter((it) => it !== undefined);
}
