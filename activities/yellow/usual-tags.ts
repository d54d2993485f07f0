/** A tag of a usual PRIVMSG: its place in the list of tags, from 1, by the names of `placed_lines`, and when it is there. */
interface UsualTag {
  place: string;
  /** Absent: always. */
  when?: string;
}

const IN_REPLIES = 'reply_tags > 0';

/**
 * The tags of a usual PRIVMSG in the order in which Twitch sends them, which is that of the alphabet. `client-nonce` has no column and only
 * moves the tags after it. Twitch has changed the list about once a year; a line with another list is read the general way.
 */
const USUAL_TAGS: Record<string, UsualTag> = {
  'badge-info': { place: '1' },
  badges: { place: '2' },
  color: { place: '3 + nonce_shift' },
  'display-name': { place: '4 + nonce_shift' },
  'emote-only': { place: '5 + nonce_shift', when: 'emote_shift > nonce_shift' },
  emotes: { place: '5 + emote_shift' },
  'first-msg': { place: '6 + emote_shift' },
  flags: { place: '7 + emote_shift' },
  id: { place: '8 + emote_shift' },
  mod: { place: '9 + emote_shift' },
  'reply-parent-display-name': { place: '10 + emote_shift', when: IN_REPLIES },
  'reply-parent-msg-body': { place: '11 + emote_shift', when: IN_REPLIES },
  'reply-parent-msg-id': { place: '12 + emote_shift', when: IN_REPLIES },
  'reply-parent-user-id': { place: '13 + emote_shift', when: IN_REPLIES },
  'reply-parent-user-login': { place: '14 + emote_shift', when: IN_REPLIES },
  'reply-thread-parent-msg-id': { place: '15 + emote_shift', when: IN_REPLIES },
  'reply-thread-parent-user-login': { place: '16 + emote_shift', when: IN_REPLIES },
  'returning-chatter': { place: 'last_place - 6' },
  'room-id': { place: 'last_place - 5' },
  subscriber: { place: 'last_place - 4' },
  'tmi-sent-ts': { place: 'last_place - 3' },
  turbo: { place: 'last_place - 2' },
  'user-id': { place: 'last_place - 1' },
  'user-type': { place: 'last_place' },
  vip: { place: 'last_place + 1', when: 'last_place < len(tag_list)' },
};

const REPLY_TAGS = Object.values(USUAL_TAGS).filter((tag) => tag.when === IN_REPLIES).length;

/** `"@badge-info="` for the first tag of a line, `"badges="` for others. */
const beginningOf = (name: string, { place }: UsualTag): string => `${place === '1' ? '@' : ''}${name}=`;
/** The column of a tag in `tagged_lines`: `tag_room_id`. */
const columnOf = (name: string): string => `tag_${name.replaceAll('-', '_')}`;

/** A macro: whether a line has the usual tags and no others. */
export function hasUsualTagsSql(): string {
  const conditions = Object.entries(USUAL_TAGS).map(([name, tag]) => {
    const isThere = `starts_with(tag_list[${tag.place}], '${beginningOf(name, tag)}')`;
    return tag.when === undefined ? isThere : `(NOT (${tag.when}) OR ${isThere})`;
  });
  return `
    CREATE OR REPLACE MACRO has_usual_tags(tag_list, nonce_shift, emote_shift, last_place, reply_tags) AS
      reply_tags IN (0, ${REPLY_TAGS}) AND ${conditions.join(' AND ')};`;
}

/**
 * The views `tagged_usual_lines`, `tagged_odd_lines` and `tagged_lines`: the cut lines, with a column for each usual tag, NULL if it is empty or missing.
 * For other tags there are `keys` and `pairs`, NULL for a usual line, which has none.
 */
export function taggedLinesSql(): string {
  const tags = Object.entries(USUAL_TAGS);
  const usual = tags.map(([name, tag]) => {
    const value = `substr(tag_list[${tag.place}], ${beginningOf(name, tag).length + 1})`;
    const text = name === 'reply-parent-msg-body' ? `unescape(${value})` : value;
    return `nullif(${tag.when === undefined ? text : `CASE WHEN ${tag.when} THEN ${text} END`}, '') AS ${columnOf(name)}`;
  });
  const odd = tags.map(([name]) => `tag(keys, pairs, '${name}') AS ${columnOf(name)}`);
  return `
    CREATE OR REPLACE TEMP VIEW tagged_usual_lines AS
    SELECT * EXCLUDE (tag_list, nonce_shift, emote_shift, last_place, reply_tags), ${usual.join(', ')},
      last_place < len(tag_list) AS has_vip_tag, NULL::VARCHAR[] AS pairs, NULL::VARCHAR[] AS keys
    FROM cut_usual_lines;
    CREATE OR REPLACE TEMP VIEW tagged_odd_lines AS
    SELECT * EXCLUDE (escaped_pairs), ${odd.join(', ')}, coalesce(list_contains(keys, 'vip'), false) AS has_vip_tag FROM cut_odd_lines;
    CREATE OR REPLACE TEMP VIEW tagged_lines AS FROM tagged_usual_lines UNION ALL BY NAME FROM tagged_odd_lines;`;
}
