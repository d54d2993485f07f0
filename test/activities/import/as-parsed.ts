import { parseMessage } from 'ircv3';

/** The columns of a row, as another parser reads them: texts, and numbers as texts. */
export type ParsedRow = Record<string, unknown>;

interface Parsed {
  command: string;
  tags: ReadonlyMap<string, string>;
  nick: string | undefined;
  channel: string;
  text: string | undefined;
}

function parse(line: string): Parsed {
  const { command, tags, prefix, rawParamValues } = parseMessage(line, undefined, undefined, false, [], false);
  const [channel = '', text] = rawParamValues;
  return { command, tags, nick: prefix?.nick, channel: channel.replace(/^#/, ''), text };
}

/** A message as a row of `chat`, a notice as a row of `events`; undefined for other lines. By `ircv3`, the parser of twurple. */
export function asParsed(line: string): { table: 'chat' | 'events'; row: ParsedRow } | undefined {
  const parsed = parse(line);
  if (parsed.command === 'PRIVMSG') return { table: 'chat', row: messageRow(parsed) };
  return parsed.command === 'USERNOTICE' ? { table: 'events', row: noticeRow(parsed) } : undefined;
}

const ACTION = /^\x01ACTION (.*?)\x01?$/s;

function commonRow({ tags, nick, channel, text = '' }: Parsed): ParsedRow {
  const tag = (name: string): string | null => tags.get(name) || null;
  const login = tag('login') ?? nick ?? null;
  const badges = (tags.get('badges') ?? '').split(',').filter((it) => it !== '');
  const months = /(?:^|,)(?:subscriber|founder)\/(\d+)/.exec(tags.get('badge-info') ?? '')?.[1] ?? null;
  return {
    channel_id: tag('room-id'),
    channel_login: channel,
    user_id: tag('user-id'),
    user_login: login,
    display_name: tag('display-name')?.trim() || login,
    is_action: ACTION.test(text),
    sent_at: tag('tmi-sent-ts'),
    badges: tag('badges'),
    badge_list: badges.map((badge) => ({ set: badge.split('/')[0], version: badge.split('/')[1] ?? null })),
    badge_info: tag('badge-info'),
    months_subscribed: months,
    color: tag('color'),
    emotes: tag('emotes'),
    flags: tag('flags'),
    is_subscriber: tags.get('subscriber') === '1',
    is_moderator: tags.get('mod') === '1',
    is_turbo: tags.get('turbo') === '1',
    user_type: tag('user-type'),
    kind: tag('msg-id'),
    source_channel_id: tag('source-room-id'),
    source_badges: tag('source-badges'),
    source_badge_info: tag('source-badge-info'),
  };
}

function messageRow(parsed: Parsed): ParsedRow {
  const { tags, text: whole = '' } = parsed;
  const tag = (name: string): string | null => tags.get(name) || null;
  const text = ACTION.exec(whole)?.[1] ?? whole;
  return {
    ...commonRow(parsed),
    message_id: tag('id'),
    text,
    emote_list: emotesIn(tags.get('emotes') ?? '', text),
    bits: tag('bits'),
    reward_id: tag('custom-reward-id'),
    is_first_message: tags.get('first-msg') === '1',
    is_returning_chatter: tags.get('returning-chatter') === '1',
    is_vip: tags.has('vip') || (tags.get('badges') ?? '').includes('vip/'),
    is_emote_only: tags.get('emote-only') === '1',
    reply_to_message_id: tag('reply-parent-msg-id'),
    reply_to_user_id: tag('reply-parent-user-id'),
    reply_to_user_login: tag('reply-parent-user-login'),
    reply_to_display_name: tag('reply-parent-display-name'),
    reply_to_text: tag('reply-parent-msg-body'),
    thread_message_id: tag('reply-thread-parent-msg-id'),
    thread_user_login: tag('reply-thread-parent-user-login'),
    source_message_id: tag('source-id'),
  };
}

function noticeRow(parsed: Parsed): ParsedRow {
  const { tags, text } = parsed;
  const tag = (name: string): string | null => tags.get(name) || null;
  return {
    ...commonRow(parsed),
    event_id: tag('id'),
    text: text || null,
    emote_list: emotesIn(tags.get('emotes') ?? '', text ?? ''),
    system_text: tag('system-msg'),
    sub_plan: tag('msg-param-sub-plan'),
    cumulative_months: tag('msg-param-cumulative-months'),
    streak_months: tag('msg-param-streak-months'),
    gift_count: tag('msg-param-mass-gift-count'),
    gift_months: tag('msg-param-gift-months'),
    recipient_user_id: tag('msg-param-recipient-id'),
    recipient_user_login: tag('msg-param-recipient-user-name'),
    recipient_display_name: tag('msg-param-recipient-display-name'),
    raid_viewers: tag('msg-param-viewerCount'),
    announcement_color: tag('msg-param-color'),
    source_event_id: tag('source-id'),
    source_kind: tag('source-msg-id'),
  };
}

/** Positions count code points. */
function emotesIn(emotes: string, text: string): object[] {
  const letters = Array.from(text);
  return emotes
    .split('/')
    .filter((emote) => emote !== '')
    .flatMap((emote) => {
      const [id = '', ranges = ''] = emote.split(':');
      return ranges.split(',').map((range) => {
        const [begin = 0, end = 0] = range.split('-').map(Number);
        const named = end < letters.length ? letters.slice(begin, end + 1).join('') : null;
        return { id, begin: String(begin), end: String(end), text: named };
      });
    });
}
