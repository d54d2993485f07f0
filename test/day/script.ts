import { setTimeout as delay } from 'node:timers/promises';
import type { Control } from './control.ts';

/** What the script did, and what must follow. */
export interface ScriptResult {
  /** Why we leave a room on purpose, by login. */
  leaves: Map<string, RegExp>;
  /** Logins that may get a room, besides those with the most viewers. */
  welcome: Set<string>;
  /** How many chats must start and be cancelled, after the first hundred. */
  starts: number;
  cancels: number;
  /** Rooms without our connection at the end, although they have a chat. */
  shut: string[];
  /** Reasons that coverage must contain. */
  reasons: string[];
}

/** The channels that the script acts on. */
export interface Cast {
  renamed: string;
  renamedToo: string;
  banned: string;
  /** Also banned, but without a reason. */
  parted: string;
  ended: string;
  /** These have no room before. */
  risen: string;
  suspended: string;
  mute: string;
}

interface Scene {
  /** In seconds of a six-minute day. */
  atSeconds: number;
  words: string;
  play: () => Promise<unknown>;
}

const MADE_ROOM = /^made room for a larger channel$/;
/** The login may belong to another channel before its chat learns of the renaming. */
const RENAMED = /^renamed from |belongs to another channel by now/;

export function castOf(joined: readonly string[], outsiders: readonly string[]): Cast {
  const [renamed = '', renamedToo = '', banned = '', ended = '', parted = ''] = joined;
  const [risen = '', suspended = '', mute = ''] = outsiders;
  return { renamed, renamedToo, banned, ended, parted, risen, suspended, mute };
}

/** Runs the script and announces each scene. Resolves at the end of the last minute. */
export async function runScript(options: {
  control: Control;
  cast: Cast;
  minutes: number;
  say: (text: string) => void;
  signal: AbortSignal;
}): Promise<ScriptResult> {
  const { control, cast, minutes, say, signal } = options;
  const result: ScriptResult = { leaves: new Map(), welcome: new Set(), starts: 0, cancels: 0, shut: [], reasons: [] };
  const stretched = (seconds: number): number => (seconds * 1_000 * minutes) / 6;
  const begunAtMs = Date.now();
  for (const { atSeconds, words, play } of scenes(control, cast, result, stretched)) {
    const waitMs = begunAtMs + stretched(atSeconds) - Date.now();
    if (waitMs > 0) await delay(waitMs, undefined, { signal });
    say(words);
    await play();
  }
  await delay(Math.max(0, begunAtMs + minutes * 60_000 - Date.now()), undefined, { signal });
  return result;
}

function scenes(control: Control, cast: Cast, result: ScriptResult, stretched: (seconds: number) => number): Scene[] {
  /** A channel without a room that becomes the largest takes the room of the smallest. */
  const rise = async (login: string): Promise<void> => {
    result.welcome.add(login);
    result.starts += 1;
    result.cancels += 1;
    await control.channel(login, 'viewers', { times: 100 });
  };
  const rename = async (login: string, taken: boolean): Promise<void> => {
    const to = `${login.slice(0, 18)}_new`;
    result.leaves.set(login, RENAMED);
    result.welcome.add(to);
    await control.channel(login, 'rename', { to, taken });
  };
  const shut = async (login: string, answer: string | null): Promise<void> => {
    result.shut.push(login);
    await control.channel(login, 'refuse', { answer });
    await rise(login);
  };

  return [
    {
      atSeconds: 5,
      words: `${cast.renamed} is renamed, and another channel takes its login; ${cast.renamedToo} is renamed`,
      play: async () => {
        await rename(cast.renamed, true);
        // The new owner of the login has as many viewers, so it gets a room.
        result.starts += 1;
        result.cancels += 1;
        await rename(cast.renamedToo, false);
      },
    },
    {
      atSeconds: 10,
      words: `our account is banned from ${cast.banned}, and without a reason from ${cast.parted}; the stream of ${cast.ended} ends`,
      play: async () => {
        result.shut.push(cast.banned, cast.parted);
        result.reasons.push('msg_banned', 'parted by Twitch');
        await control.channel(cast.banned, 'ban');
        await control.channel(cast.parted, 'ban', { announced: false });
        result.leaves.set(cast.ended, /^the stream ended$/);
        result.starts += 1;
        result.cancels += 1;
        await control.channel(cast.ended, 'offline');
      },
    },
    {
      atSeconds: 15,
      words: `${cast.risen} is raided; so are ${cast.suspended}, which is suspended, and ${cast.mute}, whose JOIN is not answered`,
      play: async () => {
        await rise(cast.risen);
        await shut(cast.suspended, 'msg_channel_suspended');
        await shut(cast.mute, null);
      },
    },
    { atSeconds: 35, words: 'every connection is closed', play: () => control.connections('close') },
    {
      atSeconds: 100,
      words: 'every connection is asked to reconnect, and closed half a minute later',
      play: () => control.connections('reconnect', { afterMs: 30_000 }),
    },
    {
      atSeconds: 165,
      words:
        'every connection falls silent; the next pages of Helix lead in a circle, refuse their cursors or are null',
      play: async () => {
        await control.connections('stall');
        await control.nextAnswers('cursor-chain', 4);
        await control.nextAnswers('invalid-cursor', 2);
        await control.nextAnswers('data-null', 1);
      },
    },
    {
      atSeconds: 225,
      words: 'a storm of 429 begins with the next question',
      play: () => control.storm('429', stretched(15)),
    },
    {
      atSeconds: 255,
      words:
        'every connection is asked to reconnect, and so is each new one for half a minute as soon as it is welcome',
      play: async () => {
        await control.connections('reconnect-each-welcome', { forMs: stretched(30), afterMs: 5_000 });
        await control.connections('reconnect', { afterMs: 5_000 });
      },
    },
    {
      atSeconds: 285,
      words: 'a storm of 503 begins with the next question',
      play: () => control.storm('503', stretched(15)),
    },
    {
      atSeconds: 315,
      words: 'every token is revoked, and every connection is closed',
      play: async () => {
        await control.revokeTokens();
        await control.connections('close');
      },
    },
  ];
}

export { MADE_ROOM };
