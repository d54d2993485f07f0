import { hash, mix } from './random.ts';
import type { Scenario, ScenarioChannel } from './scenario.ts';
import { spellAt, viewersAt } from './scenario.ts';

export interface LiveStream {
  id: string;
  channel: ScenarioChannel;
  startedAtMs: number;
  viewers: number;
}

/** What Twitch has recorded of a stream. */
export interface Recording {
  streamId: string;
  channel: ScenarioChannel;
  beganAtMs: number;
  /** For a stream on air: now. */
  untilMs: number;
}

/** A recording begins when the first seconds of the stream have arrived. */
const RECORDED_AFTER_MS = 3_000;

/**
 * How long the computed state of all channels is reused, in ms per channel: 1 s for 10,000. Computing it for each page would be most of the
 * simulator's work with 120,000 channels, and Helix's own lists are some seconds old too.
 */
const HOLDS_MS_PER_CHANNEL = 0.1;

/** The current state: the scenario at this time, with the changes from the control port. */
export class World {
  readonly scenario: Scenario;
  readonly startedAtMs: number;
  /** Rooms whose JOIN is refused with this `msg-id`, or not answered if null; by login. */
  readonly refusals = new Map<string, string | null>();
  /** Logins that no longer exist. Helix refuses a request that names one. */
  readonly gone = new Set<string>();
  readonly #steady: boolean;
  readonly #now: () => number;
  readonly #byLogin: Map<string, ScenarioChannel>;
  readonly #indexes: Map<ScenarioChannel, number>;
  readonly #viewerNoise: number;
  readonly #overrides = new Map<ScenarioChannel, { live: boolean; atMs: number; number: number }>();
  /** The constant part of each channel: recomputing it for 120,000 channels takes almost a second. */
  readonly #constants = new Map<ScenarioChannel, { seed: number; steadyViewers: number }>();
  readonly #viewersTimes = new Map<ScenarioChannel, number>();
  /** Recordings of streams before the latest override. */
  readonly #recorded = new Map<ScenarioChannel, Recording[]>();
  #overrideCount = 0;
  #cached: { streams: LiveStream[]; untilMs: number } = { streams: [], untilMs: -Infinity };

  constructor(options: {
    scenario: Scenario;
    startedAtMs: number;
    steady: boolean;
    /** By which share viewer counts change every ten seconds, also in a steady world. Default 0. */
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

  /** Seconds since the start. In a steady world viewer counts are those of second 0. */
  seconds(): number {
    return this.#steady ? 0 : (this.#now() - this.startedAtMs) / 1000;
  }

  channel(login: string): ScenarioChannel | undefined {
    return this.#byLogin.get(login);
  }

  /** Sets a channel on or off air from now on, whatever the scenario says. */
  setLive(login: string, live: boolean): void {
    const channel = this.#byLogin.get(login);
    if (channel === undefined || (this.stream(channel) !== undefined) === live) return;
    this.#recorded.set(channel, this.recordings(channel));
    this.#overrideCount += 1;
    this.#cached.untilMs = -Infinity;
    this.#overrides.set(channel, { live, atMs: this.#now(), number: this.#overrideCount });
  }

  /** Multiplies a channel's viewers from now on. */
  setViewers(login: string, times: number): void {
    const channel = this.#byLogin.get(login);
    if (channel === undefined) return;
    this.#viewersTimes.set(channel, times);
    this.#cached.untilMs = -Infinity;
  }

  /**
   * Gives a channel another login. From now on its room has that name. The old login does not exist, unless `taken`: then a new channel
   * with its own id gets it and is on air at once.
   * @returns false if the new login belongs to another channel
   */
  rename(login: string, to: string, oldLoginTaken: boolean): boolean {
    const channel = this.#byLogin.get(login);
    if (channel === undefined || this.#byLogin.has(to)) return false;
    this.#byLogin.delete(login);
    channel.login = to;
    this.#byLogin.set(to, channel);
    if (oldLoginTaken) this.#add({ ...channel, id: String(Number(channel.id) + 1), login });
    this.#cached.untilMs = -Infinity;
    return true;
  }

  stream(channel: ScenarioChannel): LiveStream | undefined {
    const seconds = this.seconds();
    const viewers = this.#viewers(channel, seconds);
    const override = this.#overrides.get(channel);
    if (override !== undefined) {
      const id = this.#streamId(channel, 50 + override.number);
      return override.live ? { id, channel, startedAtMs: override.atMs, viewers } : undefined;
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

  /** The recordings of a channel, the newest first; none if it does not store its broadcasts, as one channel in four does not. */
  recordings(channel: ScenarioChannel): Recording[] {
    if (hash(`videos/${channel.id}`) % 4 === 0) return [];
    const now = this.stream(channel);
    const current = now === undefined ? [] : [this.#recording(channel, now.id, now.startedAtMs, this.#now())];
    const past = this.#overrides.has(channel) ? this.#recorded.get(channel) : this.#endedSpells(channel);
    return [...current, ...(past ?? [])].filter(({ beganAtMs, untilMs }) => beganAtMs < untilMs);
  }

  /** Streams on air, most viewers first, as in Helix. */
  streams(): readonly LiveStream[] {
    const nowMs = this.#now();
    if (nowMs >= this.#cached.untilMs) {
      const streams = bySize(this.scenario.channels.flatMap((channel) => this.stream(channel) ?? []));
      this.#cached = { streams, untilMs: nowMs + this.scenario.channels.length * HOLDS_MS_PER_CHANNEL };
    }
    return this.#cached.streams;
  }

  /** The newest first. */
  #endedSpells(channel: ScenarioChannel): Recording[] {
    const at = (seconds: number): number => this.startedAtMs + seconds * 1000;
    return channel.spells
      .map(({ fromSeconds, toSeconds, runningSeconds }, index) => ({
        toSeconds,
        recording: this.#recording(
          channel,
          this.#streamId(channel, index),
          at(fromSeconds - runningSeconds),
          at(toSeconds),
        ),
      }))
      .filter(({ toSeconds }) => toSeconds <= this.seconds())
      .map(({ recording }) => recording)
      .reverse();
  }

  #recording(channel: ScenarioChannel, streamId: string, startedAtMs: number, untilMs: number): Recording {
    return { streamId, channel, beganAtMs: startedAtMs + RECORDED_AFTER_MS, untilMs };
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

/** Sorts by viewers, stable. Sorting plain numbers is several times as fast as sorting objects. */
function bySize(streams: readonly LiveStream[]): LiveStream[] {
  const count = streams.length;
  const keys = Float64Array.from(streams, ({ viewers }, index) => viewers * count + (count - 1 - index));
  keys.sort();
  return Array.from(keys.reverse(), (key) => streams[count - 1 - (key % count)]).filter((it) => it !== undefined);
}
