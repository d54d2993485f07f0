import type { Chatter } from './chatters.ts';
import { EMOTES, HOSTILE_TEXTS, PHRASES } from './phrases.ts';
import type { Random } from './random.ts';
import type { ScenarioChannel } from './scenario.ts';
import { writeTags } from './tags.ts';

/** A PRIVMSG that can be repeated, replied to, deleted or copied later. */
export interface SentMessage {
  id: string;
  channel: ScenarioChannel;
  chatter: Chatter;
  text: string;
  /** The emotes tag. */
  emotes: string;
  /** Without CRLF. */
  line: string;
}

export interface MessageInput {
  id: string;
  channel: ScenarioChannel;
  chatter: Chatter;
  sentAtMs: number;
  /** A message of the same channel to reply to. */
  earlier?: SentMessage | undefined;
  /** True if the channel shares its chat: the message names itself as its source, as do the copies in other rooms. */
  shared?: boolean;
  /** The message of another room of which this one is a shared copy. */
  original?: SentMessage | undefined;
}

interface Composed {
  text: string;
  emotes: string;
}

/**
 * Returns one PRIVMSG line without CRLF. Its kind is drawn from `random`: plain, with emotes, a reply, bits, `/me`, hostile or with very
 * long tags.
 */
export function writeMessage(random: Random, input: MessageInput): SentMessage {
  const { id, channel, chatter, sentAtMs, original } = input;
  const composed = original === undefined ? compose(random, channel.language) : original;
  const tags = new Map<string, string>([
    ['badge-info', chatter.badgeInfo],
    ['badges', chatter.badges],
    ['client-nonce', random.hex(32)],
    ['color', chatter.color],
    ['display-name', chatter.displayName],
    ['emotes', composed.emotes],
    ['first-msg', random.chance(0.02) ? '1' : '0'],
    ['flags', ''],
    ['id', id],
    ['mod', chatter.isModerator ? '1' : '0'],
    ['returning-chatter', '0'],
    ['room-id', channel.id],
    ['subscriber', chatter.isSubscriber ? '1' : '0'],
    ['tmi-sent-ts', String(sentAtMs)],
    ['turbo', '0'],
    ['user-id', chatter.id],
    ['user-type', chatter.isModerator ? 'mod' : ''],
  ]);
  if (original !== undefined) addSource(tags, original.id, original.channel, original.chatter);
  else if (input.shared === true) addSource(tags, id, channel, chatter);
  else if (input.earlier !== undefined && random.chance(0.06)) addReply(random, tags, input.earlier);
  else if (random.chance(0.02)) tags.set('bits', String(random.pick([1, 50, 100, 1000])));
  if (random.chance(0.005)) tags.set('flags', longFlags(random));
  if (random.chance(0.01)) tags.set('x-unknown-tag', 'semi;colon back\\slash and space');

  const head = writeTags(random.chance(0.1) ? random.shuffle([...tags]) : tags);
  const line = `${head} :${chatter.login}!${chatter.login}@${chatter.login}.tmi.twitch.tv PRIVMSG #${channel.login} :${composed.text}`;
  return { id, channel, chatter, text: composed.text, emotes: composed.emotes, line };
}

function compose(random: Random, language: 'ko' | 'en'): Composed {
  const phrase = random.pick(PHRASES[random.chance(0.1) ? (language === 'ko' ? 'en' : 'ko') : language]);
  if (random.chance(0.03)) return { text: random.pick(HOSTILE_TEXTS), emotes: '' };
  if (random.chance(0.2)) return withEmotes(random, phrase);
  if (random.chance(0.02)) return { text: `\u0001ACTION ${phrase}\u0001`, emotes: '' };
  return { text: phrase, emotes: '' };
}

/** Positions in the emotes tag count code points, not bytes or UTF-16 units. */
function withEmotes(random: Random, phrase: string): Composed {
  const emote = random.pick(EMOTES);
  const start = [...phrase].length + 1;
  const places = Array.from({ length: random.between(1, 4) }, (_, n) => start + n * (emote.name.length + 1));
  const ranges = places.map((from) => `${from}-${from + emote.name.length - 1}`);
  return {
    text: `${phrase} ${places.map(() => emote.name).join(' ')}`,
    emotes: `${emote.id}:${ranges.join(',')}`,
  };
}

function addReply(random: Random, tags: Map<string, string>, parent: SentMessage): void {
  const body = random.chance(0.1) ? parent.text.concat(' ').repeat(60) : parent.text;
  tags.set('reply-parent-msg-id', parent.id);
  tags.set('reply-parent-user-id', parent.chatter.id);
  tags.set('reply-parent-user-login', parent.chatter.login);
  tags.set('reply-parent-display-name', parent.chatter.displayName);
  tags.set('reply-parent-msg-body', body);
  tags.set('reply-thread-parent-msg-id', parent.id);
  tags.set('reply-thread-parent-user-login', parent.chatter.login);
}

function addSource(tags: Map<string, string>, id: string, room: ScenarioChannel, chatter: Chatter): void {
  tags.set('source-badge-info', chatter.badgeInfo);
  tags.set('source-badges', chatter.badges);
  tags.set('source-id', id);
  tags.set('source-room-id', room.id);
}

/** Automatic moderation flags of several KiB, as Twitch sends for a text with many matches. */
function longFlags(random: Random): string {
  return Array.from({ length: random.between(200, 500) }, (_, n) => `${n}-${n + 3}:P.${n % 7}/S.${n % 5}`).join(',');
}
