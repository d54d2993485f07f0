/** An answer of a recent-messages service, version 2 (https://recent-messages.robotty.de/api): `{ messages, error, error_code }`. */
export interface RecentMessages {
  /** Raw IRC lines, oldest first. */
  lines: Buffer[];
  /** Entries that are no line. */
  unusable: number;
  /** What the service says is wrong; undefined if it listens to the channel. */
  error: string | undefined;
}

/** Far longer than any line of Twitch. */
const MOST_CHARACTERS = 64 * 1024;
const SHOWN_CHARACTERS = 200;

/** Undefined if it is no such answer. */
export function recentMessagesOf(body: unknown): RecentMessages | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { messages, error, error_code: code } = body as Record<string, unknown>;
  const found = errorOf(error, code);
  const all = messages ?? (found === undefined ? undefined : []);
  if (!Array.isArray(all)) return undefined;
  const lines = all.filter((entry: unknown): entry is string => isLine(entry)).map((entry) => Buffer.from(entry));
  return { lines, unusable: all.length - lines.length, error: found };
}

/** A line break would make two lines of it. */
function isLine(entry: unknown): boolean {
  return typeof entry === 'string' && entry !== '' && entry.length <= MOST_CHARACTERS && !/[\r\n\0]/.test(entry);
}

function errorOf(error: unknown, code: unknown): string | undefined {
  const told = [error, code].filter((part) => part !== null && part !== undefined && part !== '');
  if (told.length === 0) return undefined;
  const texts = told.filter((part) => typeof part === 'string');
  return JSON.stringify(texts.join(', ').slice(0, SHOWN_CHARACTERS));
}
