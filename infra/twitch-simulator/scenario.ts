import { CATEGORIES, NAME_ENDS, NAME_STARTS, PERSONAS, STREAM_TAGS, TITLES } from './names.ts';
import type { Category, Persona } from './names.ts';
import { hash, Random } from './random.ts';

/** A time on air, in seconds since the simulator's start, half open. */
export interface Spell {
  fromSeconds: number;
  /** Infinity: until the simulator stops. */
  toSeconds: number;
  /** How long the stream had been running when this spell began. Streams that are live at the start began earlier. */
  runningSeconds: number;
}

export interface ScenarioChannel {
  /** Twitch's numeric id as text, determined by seed and position. */
  id: string;
  /** Changes when the channel is renamed. */
  login: string;
  displayName: string;
  language: 'ko' | 'en';
  title: string;
  tags: string[];
  category: Category;
  isMature: boolean;
  peakViewers: number;
  /** Share of the chat relative to the other channels. */
  weight: number;
  spells: Spell[];
}

export interface Scenario {
  seed: number;
  channels: ScenarioChannel[];
}

const HORIZON_SECONDS = 24 * 3600;

/**
 * All events of a seed: who streams what, and when. A pure function. With four channels or more, one goes offline after about 40 s and one
 * goes live after about 15 s, so that a short demonstration shows both.
 * @param steady true: every channel is on air from the start and stays on air
 */
export function createScenario(seed: number, count: number, steady = false): Scenario {
  const firstId = 100_000_000 + (hash(`ids/${seed}`) % 800_000_000);
  const order = new Random(`roles/${seed}`).shuffle([...Array(Math.min(count, PERSONAS.length)).keys()]);
  const [leaver, comer] = count >= 4 && !steady ? order : [];
  const channels = Array.from({ length: count }, (_, index): ScenarioChannel => {
    const random = new Random(`channel/${seed}/${index}`);
    const persona = personaAt(index);
    return {
      id: String(firstId + index * 7919),
      ...persona,
      title: random.pick(TITLES[persona.language]),
      tags: [...STREAM_TAGS[persona.language]].slice(0, random.between(1, 3)),
      category: random.pick(CATEGORIES),
      isMature: random.chance(0.1),
      peakViewers: random.between(40, 400) * Math.ceil(400 / (index + 4)),
      weight: 1 / (index + 2),
      spells: steady
        ? [{ fromSeconds: 0, toSeconds: Infinity, runningSeconds: random.between(300, 9_000) }]
        : spellsOf(random, index === leaver ? 'leaver' : index === comer ? 'comer' : 'steady'),
    };
  });
  return { seed, channels };
}

/** The current spell of a channel; undefined while it is offline. */
export function spellAt(channel: ScenarioChannel, seconds: number): Spell | undefined {
  return channel.spells.find((spell) => spell.fromSeconds <= seconds && seconds < spell.toSeconds);
}

/** Viewers of a channel on air: they rise and fall slowly, with some noise every ten seconds. */
export function viewersAt(channel: ScenarioChannel, seconds: number): number {
  const wave = 0.6 + 0.3 * Math.sin(seconds / 240 + (hash(channel.id) % 628) / 100);
  const noise = (hash(`${channel.id}/${Math.floor(seconds / 10)}`) % 1000) / 10_000;
  return Math.max(1, Math.round(channel.peakViewers * (wave + noise)));
}

/** How busy a channel's chat is: 1, or 6 in bursts of ten seconds, about two in three minutes. */
export function burstAt(channel: ScenarioChannel, seconds: number): number {
  return hash(`burst/${channel.login}/${Math.floor(seconds / 10)}`) % 9 === 0 ? 6 : 1;
}

function personaAt(index: number): Persona {
  const known = PERSONAS[index];
  if (known !== undefined) return known;
  const language = index % 2 === 0 ? 'ko' : 'en';
  const start = NAME_STARTS[index % NAME_STARTS.length];
  const end = NAME_ENDS[Math.floor(index / NAME_STARTS.length) % NAME_ENDS.length];
  return { login: `${start}${end}${index}`, displayName: `${start}${end}${index}`, language };
}

function spellsOf(random: Random, role: 'leaver' | 'comer' | 'steady'): Spell[] {
  if (role === 'comer') return [{ fromSeconds: random.between(13, 17), toSeconds: Infinity, runningSeconds: 0 }];
  const spells: Spell[] = [];
  let from = 0;
  let runningSeconds = random.between(300, 9_000);
  while (from < HORIZON_SECONDS) {
    const first = spells.length === 0;
    const length = role === 'leaver' && first ? random.between(37, 43) : random.between(1_800, 10_800);
    spells.push({ fromSeconds: from, toSeconds: from + length, runningSeconds });
    from += length + random.between(300, 1_200);
    runningSeconds = 0;
  }
  return spells;
}
