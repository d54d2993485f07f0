import type { SentMessage } from './chat-lines.ts';
import type { Chatter } from './chatters.ts';
import type { Random } from './random.ts';
import type { ScenarioChannel } from './scenario.ts';
import { writeTags } from './tags.ts';

export interface EventInput {
  id: string;
  channel: ScenarioChannel;
  chatter: Chatter;
  sentAtMs: number;
  /** A message that a moderator may delete. */
  earlier?: SentMessage | undefined;
}

type WriteEvent = (random: Random, input: EventInput) => string;

const EVENTS: readonly WriteEvent[] = [
  writeResub,
  writeResub,
  writeRaid,
  writeTimeout,
  writeBan,
  writeDeletion,
  writeRoomChange,
];

/** Returns one line without CRLF that is not a PRIVMSG: a resub, a raid, a time-out, a ban, a deletion or a room setting. */
export function writeEvent(random: Random, input: EventInput): string {
  return random.pick(EVENTS)(random, input);
}

/** The ROOMSTATE that follows a JOIN. */
export function writeRoomState(channel: ScenarioChannel): string {
  const tags = [
    ['emote-only', '0'],
    ['followers-only', '-1'],
    ['r9k', '0'],
    ['room-id', channel.id],
    ['slow', '0'],
    ['subs-only', '0'],
  ] as const;
  return `${writeTags(tags)} :tmi.twitch.tv ROOMSTATE #${channel.login}`;
}

/** A NOTICE in a room. */
export function writeNotice(channelLogin: string, msgId: string, text: string): string {
  return `${writeTags([['msg-id', msgId]])} :tmi.twitch.tv NOTICE #${channelLogin} :${text}`;
}

function writeResub(random: Random, input: EventInput): string {
  const months = random.between(2, 60);
  const text = random.chance(0.6) ? ` :${random.pick(['벌써 이렇게 됐네요', 'happy to be back', '💜'])}` : '';
  return userNotice(input, 'resub', `${input.chatter.displayName} subscribed for ${months} months!`, text, [
    ['msg-param-cumulative-months', String(months)],
    ['msg-param-should-share-streak', '0'],
    ['msg-param-sub-plan', random.pick(['Prime', '1000', '2000'])],
    ['msg-param-sub-plan-name', 'Channel Subscription'],
  ]);
}

function writeRaid(random: Random, input: EventInput): string {
  const viewers = random.between(2, 900);
  const name = input.chatter.displayName;
  return userNotice(input, 'raid', `${viewers} raiders from ${name} have joined!`, '', [
    ['msg-param-displayName', name],
    ['msg-param-login', input.chatter.login],
    ['msg-param-viewerCount', String(viewers)],
  ]);
}

function userNotice(
  { id, channel, chatter, sentAtMs }: EventInput,
  msgId: string,
  systemMessage: string,
  text: string,
  more: [string, string][],
): string {
  const tags: [string, string][] = [
    ['badge-info', chatter.badgeInfo],
    ['badges', chatter.badges],
    ['color', chatter.color],
    ['display-name', chatter.displayName],
    ['emotes', ''],
    ['id', id],
    ['login', chatter.login],
    ['mod', chatter.isModerator ? '1' : '0'],
    ['msg-id', msgId],
    ...more,
    ['room-id', channel.id],
    ['subscriber', chatter.isSubscriber ? '1' : '0'],
    ['system-msg', systemMessage],
    ['tmi-sent-ts', String(sentAtMs)],
    ['user-id', chatter.id],
    ['user-type', ''],
  ];
  return `${writeTags(tags)} :tmi.twitch.tv USERNOTICE #${channel.login}${text}`;
}

function writeTimeout(random: Random, input: EventInput): string {
  return clearChat(input, [['ban-duration', String(random.pick([1, 600, 86_400]))]]);
}

function writeBan(_random: Random, input: EventInput): string {
  return clearChat(input, []);
}

function clearChat({ channel, chatter, sentAtMs }: EventInput, more: [string, string][]): string {
  const tags: [string, string][] = [
    ...more,
    ['room-id', channel.id],
    ['target-user-id', chatter.id],
    ['tmi-sent-ts', String(sentAtMs)],
  ];
  return `${writeTags(tags)} :tmi.twitch.tv CLEARCHAT #${channel.login} :${chatter.login}`;
}

/** Clears the whole room if there is no message to delete yet. Twitch sends CLEARMSG with an empty room-id. */
function writeDeletion(_random: Random, { channel, sentAtMs, earlier }: EventInput): string {
  if (earlier === undefined) {
    const tags = [
      ['room-id', channel.id],
      ['tmi-sent-ts', String(sentAtMs)],
    ] as const;
    return `${writeTags(tags)} :tmi.twitch.tv CLEARCHAT #${channel.login}`;
  }
  const tags = [
    ['login', earlier.chatter.login],
    ['room-id', ''],
    ['target-msg-id', earlier.id],
    ['tmi-sent-ts', String(sentAtMs)],
  ] as const;
  return `${writeTags(tags)} :tmi.twitch.tv CLEARMSG #${channel.login} :${earlier.text}`;
}

/** A change of one setting has only the changed tag and room-id. */
function writeRoomChange(random: Random, { channel }: EventInput): string {
  const tags = [
    ['room-id', channel.id],
    ['slow', String(random.pick([0, 3, 30]))],
  ] as const;
  return `${writeTags(tags)} :tmi.twitch.tv ROOMSTATE #${channel.login}`;
}
