import { literal } from '../duckdb/literal.ts';

/** A condition on `channel_id` and `channel_login`: the channel with this id or login. */
export function isChannel(channel: string): string {
  const name = literal(loginOf(channel));
  return `(channel_id = ${name} OR lower(channel_login) = ${name})`;
}

/** The same for a line of red: its key is the id, or the login where Twitch sent none, and the line names the login. */
export function isLineOfChannel(channel: string): string {
  const name = literal(loginOf(channel));
  return `(key = ${name} OR lower(regexp_extract(line, '^(?:@[^ ]* +)?(?::[^ ]* +)?[^ ]+ +#([^ ]+)', 1)) = ${name})`;
}

const loginOf = (channel: string): string => channel.trim().replace(/^#/, '').toLowerCase();
