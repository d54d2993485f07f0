import type { TextColumn } from '../activities/query/text-columns.ts';
import type { ChannelRow } from './channel-rows.ts';
import { asTable } from './rows/table.ts';
import { shortTime } from './short-time.ts';

/** A line of 80 columns has room for the longest login, an account, and a state with the last gap. */
const COLUMNS: Record<'channel' | 'account' | 'viewers' | 'perMinute' | 'state', TextColumn> = {
  channel: { name: 'channel', kind: 'text' },
  account: { name: 'account', kind: 'text' },
  viewers: { name: 'viewers', kind: 'number' },
  perMinute: { name: '/min', kind: 'number' },
  state: { name: 'state', kind: 'text' },
};

/**
 * The channels as a table. Channels of the list have a `*`. The account is shown if several read chat.
 * @param width of the terminal; undefined if there is none
 */
export function channelTable(rows: readonly ChannelRow[], nowMs: number, width: number | undefined): string {
  if (rows.length === 0)
    return 'No channel is listed, and none has a room. Add one with `chatlake channels add LOGIN`.\n';
  const hasSeveral = new Set(rows.flatMap(({ account }) => (account === null ? [] : [account]))).size > 1;
  const { channel, account, viewers, perMinute, state } = COLUMNS;
  const table = asTable(width)([channel, ...(hasSeveral ? [account] : []), viewers, perMinute, state]);
  const cells = rows.map((row) => [
    `${row.channel}${row.listed ? '*' : ''}`,
    ...(hasSeveral ? [row.account ?? ''] : []),
    ...[textOf(row.viewers), textOf(row.messagesPerMinute), stateText(row, nowMs)],
  ]);
  const legend = rows.some(({ listed }) => listed) ? '* in the list of channels\n' : '';
  return table.head(cells) + table.rows(cells) + legend;
}

const textOf = (value: number | null): string => (value === null ? '' : String(value));

/** Like `listening 2 h, gap 42 s 5 min ago` or `no room is free: all 100 have larger channels`. */
function stateText({ state, reason, since, lastGap, collectors, listening }: ChannelRow, nowMs: number): string {
  const ageOf = (iso: string): string => shortTime(nowMs - Date.parse(iso));
  const which = listening > 0 && listening < collectors ? ` (${listening} of ${collectors})` : '';
  const duration = since === null ? '' : ` ${ageOf(since)}`;
  const why = reason === null ? '' : `: ${reason}`;
  return `${state}${which}${duration}${why}${gapText(lastGap, ageOf)}`;
}

/** Nothing while the gap lasts: then the state says it. */
function gapText(gap: ChannelRow['lastGap'], ageOf: (iso: string) => string): string {
  if (gap === null || gap.until === null) return '';
  return `, gap ${shortTime(Date.parse(gap.until) - Date.parse(gap.from))} ${ageOf(gap.until)} ago`;
}
