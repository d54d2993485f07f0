import { Refusal } from '../../common/refusal.ts';
import { readLineHead } from '../irc/line-kind.ts';

/** `raw`: one IRC line per line of text. `twitch-downloader`: the chat of a video as JSON. */
export type LogFormat = 'raw' | 'twitch-downloader';

const RAW_EXPORT = 'Export it again with `chatlake export --format raw`';
const UNPACK = 'Unpack it first';
const RUSTLOG = 'Ask rustlog or justlog for the raw log (`?raw`)';

/** Other files by their beginning, each with the remedy. */
const OTHERS: readonly { begins: RegExp; found: string; remedy: string }[] = [
  { begins: /^PAR1/, found: 'a Parquet file', remedy: RAW_EXPORT },
  { begins: /^\s*(message_id|event_id|kind|polled_at|collector|reason),/, found: 'a CSV file', remedy: RAW_EXPORT },
  { begins: /^\s*\{\s*"(message_id|event_id)"/, found: 'JSON lines of rows', remedy: RAW_EXPORT },
  { begins: /^\s*\{\s*"(messages|text|raw|username)"/, found: 'JSON of another logger', remedy: RUSTLOG },
  { begins: /^\s*\[\d{4}-\d\d-\d\d/, found: 'text without tags', remedy: RUSTLOG },
  { begins: /^\s*<(!DOCTYPE|html)/i, found: 'HTML', remedy: 'Download the chat as JSON' },
  { begins: /^(\xff\xfe|\xfe\xff)/, found: 'text in UTF-16', remedy: 'Convert it to UTF-8' },
  { begins: /^PK\x03\x04/, found: 'a zip archive', remedy: UNPACK },
  { begins: /^(BZh|\xfd7zXZ|7z\xbc\xaf)/, found: 'another compression than gzip and zstd', remedy: UNPACK },
];
const CHAT_OF_A_VIDEO = /^\s*\{\s*"(FileInfo|streamer|video|comments|embeddedData)"\s*:/;
const QUOTE_LENGTH = 60;

/**
 * The format of a log, from its first bytes. A file without any text is an empty raw log.
 * @throws Refusal 78 that names the remedy
 */
export function formatOf(path: string, head: Buffer): LogFormat {
  const text = head.toString('latin1');
  if (text.trim() === '') return 'raw';
  if (CHAT_OF_A_VIDEO.test(text)) return 'twitch-downloader';
  const other = OTHERS.find(({ begins }) => begins.test(text));
  if (other === undefined && linesOf(head).some((line) => readLineHead(line).kind !== 'other')) return 'raw';
  const first = head.toString('utf8').trim().split(/\r?\n/, 1)[0] ?? '';
  const found = other?.found ?? `something that begins with ${JSON.stringify(first.slice(0, QUOTE_LENGTH))}`;
  const remedy = other?.remedy ?? 'See `chatlake import --help`';
  throw new Refusal(
    78,
    `Expected ${path} to be raw IRC lines or TwitchDownloader's JSON, found ${found}. ${remedy}; nothing was imported.`,
  );
}

function* cut(head: Buffer): Generator<Buffer> {
  for (let from = 0; from < head.length;) {
    const end = head.indexOf(0x0a, from);
    yield head.subarray(from, end === -1 ? head.length : end);
    if (end === -1) return;
    from = end + 1;
  }
}

const linesOf = (head: Buffer): Buffer[] => [...cut(head)];
