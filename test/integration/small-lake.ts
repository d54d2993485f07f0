import type { Hdfs } from '../../activities/hdfs/hdfs.ts';
import { refineRedHour } from '../../activities/yellow/refinement.ts';
import { externalStream } from '../activities/twitch/external-stream.ts';
import { RedTiles } from './red-tiles.ts';
import type { TestRow } from './red-tiles.ts';
import { createLakeDeps } from './test-lake.ts';
import type { LakeDeps } from './test-lake.ts';
import { writePoll } from './write-poll.ts';

const CHANNELS = { haneul: '7001', baram: '7002' };
const USERS = { lark: '1', wren: '2', crow: '3', finch: '4' };

type Channel = keyof typeof CHANNELS;
type User = keyof typeof USERS;

/** The time `12:05` of 2026-11-25, or `26T00:05` of a later day. */
const timeOf = (time: string): string => `2026-11-${time.includes('T') ? time : `25T${time}`}:00.000Z`;

function line(time: string, command: string, channel: Channel, tags: string, text?: string, user?: User): TestRow {
  const at = timeOf(time);
  const prefix = user === undefined ? 'tmi.twitch.tv' : `${user}!${user}@${user}.tmi.twitch.tv`;
  const own =
    user === undefined ? '' : `;user-id=${USERS[user]};display-name=${user[0]?.toUpperCase()}${user.slice(1)}`;
  const all = `room-id=${CHANNELS[channel]};tmi-sent-ts=${Date.parse(at)}${own};${tags}`;
  return {
    line: `@${all} :${prefix} ${command} #${channel}${text === undefined ? '' : ` :${text}`}`,
    appendedAt: at,
    key: CHANNELS[channel],
  };
}

const says = (time: string, channel: Channel, user: User, id: string, text: string, tags = ''): TestRow =>
  line(time, 'PRIVMSG', channel, `id=${id};${tags}`, text, user);
const event = (time: string, channel: Channel, user: User, id: string, tags: string): TestRow =>
  line(time, 'USERNOTICE', channel, `id=${id};login=${user};${tags}`, undefined, user);

/** Three hours of two channels, so small that each answer can be counted by hand. */
const CHAT: TestRow[] = [
  says('12:00', 'haneul', 'lark', 'm1', 'hello world', 'first-msg=1'),
  says('12:00', 'haneul', 'wren', 'm2', 'Kappa hello Kappa', 'emotes=25:0-4,12-16'),
  says('12:01', 'baram', 'lark', 'm3', 'Hello, =SUM(1)'),
  says('12:01', 'haneul', 'crow', 'm4', '=HYPERLINK("x")'),
  says(
    '12:02',
    'haneul',
    'wren',
    'm5',
    '안녕 world',
    'reply-parent-msg-id=m1;reply-parent-user-login=lark;reply-parent-msg-body=hello\\sworld;reply-thread-parent-msg-id=m1;reply-thread-parent-user-login=lark',
  ),
  says(
    '12:03',
    'haneul',
    'lark',
    'm6',
    'thanks',
    'reply-parent-msg-id=m5;reply-parent-user-login=wren;reply-parent-msg-body=x;reply-thread-parent-msg-id=m1;reply-thread-parent-user-login=lark',
  ),
  line('12:04', 'CLEARCHAT', 'haneul', 'target-user-id=3;ban-duration=600', 'crow'),
  event(
    '12:05',
    'haneul',
    'wren',
    'e1',
    'msg-id=resub;msg-param-cumulative-months=14;msg-param-sub-plan=1000;system-msg=x',
  ),
  event(
    '12:06',
    'haneul',
    'lark',
    'e2',
    'msg-id=subgift;msg-param-recipient-id=4;msg-param-recipient-user-name=finch;msg-param-sub-plan=1000;msg-param-months=1;system-msg=x',
  ),
];
const LATER: TestRow[] = [
  says('13:10', 'baram', 'finch', 'm7', 'Keepo', 'emotes=1902:0-4;first-msg=1'),
  says('13:10', 'baram', 'crow', 'm8', 'hello'),
  line('13:20', 'CLEARCHAT', 'baram', 'target-user-id=4', 'finch'),
];
const NEXT_DAY: TestRow[] = [
  says('26T00:01', 'haneul', 'lark', 'm9', 'good\u001b[31m night'),
  event(
    '26T00:02',
    'haneul',
    'finch',
    'e3',
    'msg-id=sub;msg-param-cumulative-months=1;msg-param-sub-plan=2000;system-msg=x',
  ),
];

function coverage(time: string, record: object): TestRow {
  const at = timeOf(time);
  return { line: JSON.stringify({ collector: 'c1', at, ...record }), appendedAt: at };
}
const room = (time: string, kind: string, channelLogin: Channel, reason?: string): TestRow =>
  coverage(time, { kind, channelId: CHANNELS[channelLogin], channelLogin, reason });
const tally = (time: string): TestRow =>
  coverage(time, { kind: 'tally', window: timeOf(time), received: 1, acknowledged: 1 });

const COVERAGE: TestRow[][] = [
  [
    room('12:00', 'join', 'haneul'),
    room('12:00', 'join', 'baram'),
    room('12:30', 'loss', 'haneul', 'connection lost'),
    room('12:32', 'join', 'haneul'),
    tally('12:59'),
  ],
  [room('13:30', 'loss', 'baram', 'msg_channel_suspended'), tally('13:59')],
  [tally('26T00:10')],
];

export const SMALL_LAKE_HOURS = ['2026-11-25T12', '2026-11-25T13', '2026-11-26T00'];

/** Writes the red of the small lake below `root`, and refines it. */
export async function fillSmallLake(hdfs: Hdfs, root: string, directory: string): Promise<LakeDeps> {
  const red = new RedTiles(directory, hdfs, root);
  const deps = await createLakeDeps(hdfs, root, red);
  for (const rows of [CHAT, LATER, NEXT_DAY]) await red.add('chat', rows);
  for (const rows of COVERAGE) await red.add('coverage', rows);
  const stream = (viewers: number, game: string) =>
    externalStream({
      id: 's1',
      user_id: '7001',
      user_login: 'haneul',
      user_name: 'Haneul',
      viewer_count: viewers,
      game_name: game,
      game_id: game,
      started_at: '2026-11-25T11:50:00Z',
      title: 'Hi',
    });
  for (const [time, viewers, game] of [
    ['12:00', 100, 'Chess'],
    ['12:02', 140, 'Chess'],
    ['13:00', 90, 'Go'],
  ] as const)
    await writePoll(deps, [stream(viewers, game)], new Date(timeOf(time)));
  for (const hour of SMALL_LAKE_HOURS) await refineRedHour(deps, hour, true, new AbortController().signal);
  return deps;
}
