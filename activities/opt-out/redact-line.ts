/** The users whose traces are removed. Logins are in lower case. */
export interface People {
  ids: ReadonlySet<string>;
  logins: ReadonlySet<string>;
}

/** The first bytes of an erased line. Twitch has no such tag. `tables.sql` looks for it too. */
export const ERASED = '@chatlake-erased=1';
/** Replaces a name, an id or a text in a tag. No login, id or display name can be that. */
export const MASK = '***';

/** Tags without names and free text, whose words may be equal to a login: `subscriber`, `vip`, `predictions`. */
export const STRUCTURAL_TAGS: ReadonlySet<string> = new Set([
  ...[
    'badge-info',
    'badges',
    'ban-duration',
    'bits',
    'client-nonce',
    'color',
    'custom-reward-id',
    'emote-only',
    'emotes',
  ],
  ...['first-msg', 'flags', 'gif', 'gifs', 'id', 'mod', 'msg-id', 'reply-parent-msg-id', 'reply-thread-parent-msg-id'],
  ...[
    'returning-chatter',
    'room-id',
    'source-badge-info',
    'source-badges',
    'source-id',
    'source-msg-id',
    'source-only',
  ],
  ...['source-room-id', 'subscriber', 'target-msg-id', 'tmi-sent-ts', 'turbo', 'user-type', 'vip'],
  ...['msg-param-community-gift-id', 'msg-param-origin-id'],
  // These name the author, who is somebody else. A login can pass to another user.
  ...['user-id', 'login', 'display-name'],
]);
const ID_ENDS = ['-user-id', '-id'];
const LOGIN_ENDS = ['-user-login', '-login', '-user-name', '-username', '-name'];
const NAME_ENDS = [...LOGIN_ENDS, '-display-name', '-displayName'];
/** The tags of one person have a common beginning and one of these ends, as in `reply-parent-user-id`. Longer ends first. */
const ENDS = [...ID_ENDS, '-display-name', '-displayName', ...LOGIN_ENDS, '-msg-body', '-profileImageURL'];
const USUAL_COMMAND = /^[A-Za-z0-9]*$/;
const USUAL_TAG = /^[\w+./-]*$/;
/** A shorter number in a text is not an id. */
const LEAST_ID_LENGTH = 5;

interface Tag {
  name: string;
  /** Still escaped; undefined without `=`. */
  value: string | undefined;
}

interface CutLine {
  tags: Tag[];
  /** The spaces between tags and prefix. */
  afterTags: string;
  /** With its colon and the spaces after it. */
  prefix: string;
  command: string;
  /** Everything after the command, with the spaces before it. */
  parameters: string;
}

/**
 * The line as it may be kept: a line of one of the people becomes {@link erasedLine}; of other lines, only what they carry of the people is
 * masked, in tags, targets and texts. A mask in a text is as long as the text it replaces, because emotes have positions. Other lines are
 * returned unchanged. Any text is allowed, and the result is stable: redacting it again changes nothing.
 *
 * A channel stays named (`room-id`, `#login`), also if it belongs to one of the people.
 */
export function redactLine(line: string, people: People): string {
  const cut = cutLine(line);
  if (isOf(cut, people)) return erasedLine(cut);
  const families = familiesOf(cut.tags, people);
  const names = namesOf(cut.tags, families);
  const isTarget = isTargetOf(cut, families, people);
  const tags = cut.tags.map((tag) => redactTag(tag, cut.command, { families, names, isTarget, people }));
  const parameters = redactParameters(cut, { names, isTarget, people });
  const head = tags.length === 0 ? '' : `@${tags.join(';')}`;
  const command = maskUnless(USUAL_COMMAND, cut.command, people);
  return `${head}${cut.afterTags}${cut.prefix}${command}${parameters}`;
}

/** The same for the tags of a notice as yellow has them: a JSON object of texts. */
export function redactDetails(json: string, people: People): string {
  const details = JSON.parse(json) as Record<string, string>;
  const tags = Object.entries(details).map(([name, value]) => ({ name, value }));
  const families = familiesOf(tags, people);
  const names = namesOf(tags, families);
  const redacted = tags.map((tag) => tagOf(redactTag(tag, 'USERNOTICE', { families, names, isTarget: false, people })));
  return JSON.stringify(Object.fromEntries(redacted.map(({ name, value }) => [name, value ?? ''])));
}

/** Cuts a line as `lines.sql` does, so that its parts joined are the line again. */
function cutLine(line: string): CutLine {
  const tagsEnd = line.startsWith('@') ? line.indexOf(' ') : -1;
  const tags = tagsEnd < 0 ? [] : line.slice(1, tagsEnd).split(';').map(tagOf);
  const afterTags = spacesAt(line, Math.max(tagsEnd, 0));
  let at = Math.max(tagsEnd, 0) + afterTags.length;
  const prefixEnd = line[at] === ':' ? line.indexOf(' ', at) : -1;
  const prefix = prefixEnd < 0 ? '' : line.slice(at, prefixEnd) + spacesAt(line, prefixEnd);
  at += prefix.length;
  const commandEnd = line.indexOf(' ', at);
  const command = commandEnd < 0 ? line.slice(at) : line.slice(at, commandEnd);
  return { tags, afterTags, prefix, command, parameters: commandEnd < 0 ? '' : line.slice(commandEnd) };
}

function spacesAt(line: string, from: number): string {
  let to = from;
  while (line[to] === ' ') to++;
  return line.slice(from, to);
}

function tagOf(pair: string): Tag {
  const end = pair.indexOf('=');
  return end < 0 ? { name: pair, value: undefined } : { name: pair.slice(0, end), value: pair.slice(end + 1) };
}

/** Of a repeated tag the last value counts. */
function valueOf(tags: readonly Tag[], name: string): string {
  return tags.findLast((tag) => tag.name === name)?.value ?? '';
}

/** Whether one of the people wrote the line, by `user-id`. The login counts only without it, because a login can pass to another user. */
function isOf({ tags, prefix, command }: CutLine, { ids, logins }: People): boolean {
  const authors = tags.filter(({ name, value }) => name === 'user-id' && value).map(({ value }) => value ?? '');
  if (authors.length > 0) return authors.some((id) => ids.has(id));
  const nick = /^:([^!@ ]+)/.exec(prefix)?.[1] ?? '';
  if (logins.has(nick.toLowerCase())) return true;
  return command === 'USERNOTICE' || command === 'PRIVMSG' ? logins.has(valueOf(tags, 'login').toLowerCase()) : false;
}

/** Has what the sums need, and nothing of the author: command, channel, and Twitch's time, which decides the hour. */
function erasedLine({ tags, command, parameters }: CutLine): string {
  const kept = ['room-id', 'tmi-sent-ts'].flatMap((name) => {
    const value = valueOf(tags, name);
    return value === '' ? [] : [`${name}=${value}`];
  });
  const [channel = ''] = parameters.trimStart().split(' ');
  const usual = USUAL_COMMAND.test(command) ? command : '';
  return `${[ERASED, ...kept].join(';')} ${usual}${channel.startsWith('#') ? ` ${channel}` : ''}`;
}

/** The beginnings of the tags that tell of one of the people, such as `reply-parent` and `msg-param-recipient`. */
function familiesOf(tags: readonly Tag[], { ids, logins }: People): ReadonlySet<string> {
  const families = new Set<string>();
  for (const { name, value } of tags) {
    if (!value || STRUCTURAL_TAGS.has(name)) continue;
    const end = ENDS.find((it) => name.endsWith(it));
    if (end === undefined) continue;
    const isTheirs = ID_ENDS.includes(end)
      ? ids.has(value)
      : NAME_ENDS.includes(end) && logins.has(value.toLowerCase());
    if (isTheirs) families.add(name.slice(0, -end.length));
  }
  return families;
}

function isInFamily(name: string, families: ReadonlySet<string>): boolean {
  if (families.size === 0 || STRUCTURAL_TAGS.has(name)) return false;
  return ENDS.some((end) => name.endsWith(end) && families.has(name.slice(0, -end.length)));
}

/** Their names in these tags, still escaped, the longest first: a text may have a display name in Hangul. */
function namesOf(tags: readonly Tag[], families: ReadonlySet<string>): string[] {
  const names = tags.filter(({ name }) => isInFamily(name, families) && NAME_ENDS.some((end) => name.endsWith(end)));
  const values = names.map(({ value = '' }) => value).filter((value) => value !== '' && value !== MASK);
  return [...new Set(values)].sort((a, b) => b.length - a.length);
}

/** Whether a ban, a time-out or a deletion is about one of the people. */
function isTargetOf({ tags, command, parameters }: CutLine, families: ReadonlySet<string>, people: People): boolean {
  if (command === 'CLEARMSG') return people.logins.has(valueOf(tags, 'login').toLowerCase());
  if (command !== 'CLEARCHAT') return false;
  return families.has('target') || people.logins.has(trailingOf(parameters).text.toLowerCase());
}

interface Found {
  names: readonly string[];
  isTarget: boolean;
  people: People;
}

function redactTag(tag: Tag, command: string, found: Found & { families: ReadonlySet<string> }): string {
  const { value } = tag;
  const name = maskUnless(USUAL_TAG, tag.name, found.people);
  if (value === undefined || value === '') return value === undefined ? name : `${name}=`;
  const isTargetTag = found.isTarget && (name === 'target-user-id' || (command === 'CLEARMSG' && name === 'login'));
  if (isTargetTag || isInFamily(name, found.families)) return `${name}=${MASK}`;
  return STRUCTURAL_TAGS.has(name)
    ? `${name}=${value}`
    : `${name}=${maskWords(maskNames(value, found.names), found.people)}`;
}

/** The channel stays. */
function redactParameters({ command, parameters }: CutLine, { names, isTarget, people }: Found): string {
  if (parameters === '') return '';
  const { before, text } = trailingOf(parameters);
  // The text of a CLEARCHAT is a login.
  const targetText = command === 'CLEARCHAT' ? MASK : masks(text);
  const masked = isTarget ? targetText : maskWords(maskNames(text, names.map(unescape)), people);
  return `${before.replaceAll(/[^ ]+/g, (word) => (word.startsWith('#') ? word : maskWords(word, people)))}${masked}`;
}

/** Parameters up to the last one, and the last one, which may have spaces. A channel is never the last one. */
function trailingOf(parameters: string): { before: string; text: string } {
  const channel = /^ +:?#[^ ]* */.exec(parameters)?.[0] ?? '';
  const more = parameters.slice(channel.length);
  if (more.startsWith(':')) return { before: `${channel}:`, text: more.slice(1) };
  const colon = more.indexOf(' :');
  if (colon >= 0) return { before: channel + more.slice(0, colon + 2), text: more.slice(colon + 2) };
  return { before: channel, text: more };
}

/** Masks each word that is a login, or a number that is an id. Escapes are no part of a word: `\slark` is a space and a login. */
export function maskWords(text: string, { ids, logins }: People): string {
  return text.replaceAll(/(\\[snr:\\])|[0-9A-Za-z_]+/g, (word, escape: string | undefined) => {
    if (escape !== undefined) return word;
    const isTheirs = logins.has(word.toLowerCase()) || (word.length >= LEAST_ID_LENGTH && ids.has(word));
    return isTheirs ? masks(word) : word;
  });
}

/** In a broken line, a name or a text may stand in place of a command or the name of a tag. */
function maskUnless(usual: RegExp, text: string, people: People): string {
  return usual.test(text) ? text : maskWords(text, people);
}

function maskNames(text: string, names: readonly string[]): string {
  return names.reduce((masked, name) => masked.replaceAll(name, masks(name)), text);
}

/** One mask per code point. */
function masks(text: string): string {
  return '*'.repeat(Array.from(text).length);
}

function unescape(value: string): string {
  const escapes: Record<string, string> = { s: ' ', ':': ';', r: '\r', n: '\n' };
  return value.replaceAll(/\\(.?)/g, (_, letter: string) => escapes[letter] ?? letter);
}
