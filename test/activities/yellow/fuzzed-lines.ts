import type { Random } from '../../../infra/twitch-simulator/random.ts';

const COMMANDS = ['PRIVMSG', 'USERNOTICE', 'CLEARCHAT', 'CLEARMSG'];
const OTHER_COMMANDS = ['NOTICE', 'ROOMSTATE', 'JOIN', 'PART', 'PING', '353', '001', 'WHATSNEW', 'privmsg', ''];
const TAGS = [
  ...[
    'badge-info',
    'badges',
    'bits',
    'color',
    'custom-reward-id',
    'display-name',
    'emotes',
    'flags',
    'id',
    'login',
    'mod',
    'msg-id',
  ],
  ...[
    'msg-param-months',
    'room-id',
    'source-id',
    'source-room-id',
    'subscriber',
    'target-msg-id',
    'tmi-sent-ts',
    'user-id',
    'vip',
  ],
  ...['ban-duration', 'pinned-chat-paid-amount', 'x-new', 'vendor.example/a', '+draft/x', 'constructor'],
];
/** Valid and invalid values of tags and numbers. */
const VALUES = [
  ...[
    '',
    '0',
    '1',
    '-1',
    '9002',
    '7001',
    '3000000000',
    '99999999999999999999',
    '1e300',
    'NaN',
    '1795608000123',
    'subscriber/14,vip/1',
  ],
  ...[
    '25:0-4,12-16/1902:6-10',
    '25:0-99999',
    '/:,-',
    'emotesv2_a:0-0',
    '25:9223372036854775807-0',
    'lark',
    '밤하늘',
    '👩‍👩‍👧 x',
    'a=b',
    '#FF0000',
  ],
];
const TEXTS = [
  ...[
    'hi',
    'Kappa Keepo Kappa',
    ':) : a',
    '',
    ' ',
    '#chan',
    '\u0001ACTION waves\u0001',
    '\u0001ACTION\u0001',
    '\u0001ACTION ',
    '안녕 👍🏽',
    '\0',
  ],
  ...['a CLEARCHAT b', '\u{e0000}', '\u202eabc', 'x'.repeat(600)],
];
/** Bytes with a meaning in a line, so that random lines contain them. */
const PIECES = [
  '@',
  ':',
  ' ',
  '  ',
  '#',
  ';',
  '=',
  '\\',
  '\\\\',
  '\\s',
  ',',
  '/',
  '-',
  '\0',
  '\u0001',
  '\r',
  '가',
  '👍',
  'room-id=',
  'PRIVMSG',
];

/** Escapes a value by IRCv3, sometimes with a meaningless escape. */
function escaped(random: Random, value: string): string {
  const escapes: Record<string, string> = { ';': '\\:', ' ': '\\s', '\\': '\\\\', '\r': '\\r', '\n': '\\n' };
  const text = Array.from(value, (letter) => escapes[letter] ?? letter).join('');
  return random.chance(0.1) ? `${text}${random.pick(['\\q', '\\', '\\\\', '\\s', '\u0001'])}` : text;
}

function tags(random: Random): string {
  const pair = (): string => {
    const name = random.pick(TAGS);
    if (random.chance(0.05)) return name;
    const value = random.chance(0.7) ? random.pick(VALUES) : random.pick([...TEXTS, ...VALUES]);
    return `${name}=${escaped(random, `${value}${random.pick(['', '', ' ', ';', '\\'])}`)}`;
  };
  const id = random.chance(0.9) ? [`id=${random.hex(16)}`] : [];
  return `@${[...id, ...Array.from({ length: random.between(0, 20) }, pair)].join(';')} `;
}

/** A line by the grammar of IRC with tags, with one space between its parts, without CR and LF. */
export function validLine(random: Random): string {
  const nick = random.pick(['lark', 'wren', 'tern_9']);
  const prefix = random.chance(0.9) ? `:${nick}!${nick}@${nick}.tmi.twitch.tv ` : '';
  const text = random.pick(TEXTS);
  const last = /^[^ :][^ ]*$/.test(text) && random.chance(0.3) ? ` ${text}` : ` :${text}`;
  return `${random.chance(0.9) ? tags(random) : ''}${prefix}${random.pick(COMMANDS)} #${random.pick(['haneul', 'byeol'])}${random.chance(0.9) ? last : ''}`;
}

const REPLY = [
  'reply-parent-display-name',
  'reply-parent-msg-body',
  'reply-parent-msg-id',
  'reply-parent-user-id',
  'reply-parent-user-login',
  'reply-thread-parent-msg-id',
  'reply-thread-parent-user-login',
];

/** Each tag of a PRIVMSG in Twitch's order, with and without those that may be missing. */
function usualTags(random: Random): string[] {
  const maybe = (...names: string[]): string[] => (random.chance(0.4) ? names : []);
  return [
    ...['badge-info', 'badges', ...maybe('client-nonce'), 'color', 'display-name', ...maybe('emote-only'), 'emotes'],
    ...['first-msg', 'flags', 'id', 'mod', ...maybe(...REPLY), 'returning-chatter', 'room-id', 'subscriber'],
    ...['tmi-sent-ts', 'turbo', 'user-id', 'user-type', ...maybe('vip')],
  ];
}

/** A PRIVMSG as Twitch sends it; half of them with one thing out of place: a tag or a space too many, a tag missing, moved or twice. */
export function usualLine(random: Random): string {
  const names = usualTags(random);
  const pairs = names.map((name) => `${name}=${random.chance(0.9) ? escapedOnce(random, name) : ''}`);
  const at = random.between(0, pairs.length - 1);
  const pieces = [
    '@',
    pairs.join(';'),
    ' :',
    'lark!lark@lark.tmi.twitch.tv',
    ' ',
    'PRIVMSG',
    ' #',
    'haneul',
    ' :',
    random.pick(TEXTS),
  ];
  const place = random.between(0, pieces.length);
  const oddities: (() => void)[] = [
    () => pairs.splice(at, 1),
    () => pairs.splice(at, 0, `${random.pick(TAGS)}=${random.pick(VALUES.filter((value) => !/[ ;]/.test(value)))}`),
    () => pairs.push(pairs.splice(at, 1)[0] ?? ''),
    () => pairs.splice(at, 0, pairs[random.between(0, pairs.length - 1)] ?? ''),
    () => void (pairs[at] = names[at] ?? ''),
    () => pieces.splice(place, 0, random.pick([' ', ':', ' :', '#', '!', '@', '\\s', ';', '\u0001'])),
    () => pieces.splice(place, 1),
  ];
  if (random.chance(0.5)) random.pick(oddities)();
  if (pieces.includes('@') && pieces[1]?.includes('=')) pieces[1] = pairs.join(';');
  return pieces.join('');
}

function escapedOnce(random: Random, name: string): string {
  if (name === 'reply-parent-msg-body') return escaped(random, random.pick(TEXTS));
  if (name === 'tmi-sent-ts' && random.chance(0.8)) return String(1_795_608_000_123 - random.between(0, 700_000_000));
  const value = random.pick(VALUES.filter((it) => !/[ ;\\]/.test(it)));
  return random.chance(0.03) ? `${value}\\s` : value;
}

/** Any bytes except LF: noise, or a line with bytes removed, doubled, changed or cut off. */
export function brokenLine(random: Random): Buffer {
  if (random.chance(0.1))
    return withoutLineEnds(Buffer.from(Array.from({ length: random.between(1, 80) }, () => random.between(0, 255))));
  if (random.chance(0.2))
    return withoutLineEnds(
      Buffer.from(Array.from({ length: random.between(1, 30) }, () => random.pick(PIECES)).join('')),
    );
  const command = random.chance(0.5) ? random.pick(OTHER_COMMANDS) : random.pick(COMMANDS);
  let bytes = Buffer.from(validLine(random).replace(/PRIVMSG|USERNOTICE|CLEARCHAT|CLEARMSG/, command));
  for (let change = random.between(0, 4); change > 0; change--) {
    const at = random.between(0, bytes.length);
    const to = random.chance(0.8) ? at : Math.min(bytes.length, at + random.between(1, 20));
    const piece = random.chance(0.7) ? Buffer.from(random.pick(PIECES)) : Buffer.from([random.between(0, 255)]);
    bytes = Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(to)]);
  }
  return withoutLineEnds(bytes);
}

/** LF ends a line, and a CR before it is part of the end, so neither can occur there. */
function withoutLineEnds(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1').replaceAll('\n', 'n').replace(/\r+$/, '');
  return Buffer.from(text === '' ? 'x' : text, 'latin1');
}
