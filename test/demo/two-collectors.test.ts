import assert from 'node:assert/strict';
import { Client, Connection } from '@temporalio/client';
import { simulatorEnvironment } from '../../cli/simulator-environment.ts';
import { beQuiet, readTruth } from '../../cli/demo-truth.ts';
import { readCounts } from '../../cli/report-counts.ts';
import { pollNow } from '../../infra/setup/schedules.ts';
import { startTwitchSimulator } from '../../infra/twitch-simulator/index.ts';
import type { TwitchSimulator } from '../../infra/twitch-simulator/index.ts';
import { dayOf, hourOf } from '../../workflows/hour.ts';
import { compareCoverage, reportedUpToMs } from '../day/compare-coverage.ts';
import type { ReasonedRow } from '../day/compare-coverage.ts';
import { Control } from '../day/control.ts';
import { idProblems } from '../day/yellow.ts';
import { temporaryDirectory } from '../integration/red-tiles.ts';
import { SERVERS_TIMEOUT_MS } from '../integration/servers.ts';
import { waitFor } from '../integration/wait-for.ts';
import { chatlake } from './command.ts';
import type { RunningCommand } from './command.ts';
import { logInAccount } from './log-in-account.ts';
import { findCollector, processesWith } from './processes.ts';
import { sqlRows, upEnvironment } from './up-environment.ts';

/** More than one collector may join in one window of Twitch, and enough that both collectors join at the same time for some windows. */
const CHANNELS = 60;
/** At half of Twitch's pace, 30 JOINs of each account take 22 s. Temporal notices after 15 s that a collector is dead. */
const JOINED_WITHIN_MS = 180_000;
/** The users at Twitch by account. */
const USERS = { first: 'reader_one', second: 'reader_two' };
const COLLECTORS = ['a', 'b'];

/** Both collectors read all rooms as both users. The simulator counts for each user, over all connections, and disconnects who is too fast. */
describe('chatlake up, with two collectors and two accounts', function () {
  this.timeout(600_000);

  let scratch: { path: string; remove: () => Promise<void> };
  let simulator: TwitchSimulator;
  let control: Control;
  let env: Record<string, string>;
  let up: RunningCommand;
  let connection: Connection;
  let siteUrl: string;
  const days = new Set([dayOf(hourOf(Date.now()))]);

  before(async function bringUp() {
    this.timeout(SERVERS_TIMEOUT_MS);
    scratch = await temporaryDirectory('two-collectors');
    simulator = await startTwitchSimulator({ seed: 42, channels: CHANNELS, messagesPerSecond: 40, steady: true });
    control = new Control(simulator.controlUrl);
    env = {
      ...simulatorEnvironment(simulator),
      ...(await upEnvironment('two-collectors', scratch.path)),
      TWITCH_CHAT_ANONYMOUS: 'no',
      TWITCH_ACCOUNTS: Object.keys(USERS).join(','),
      COLLECTORS: COLLECTORS.join(','),
      // Rooms that a poll gives to the first account before the other is logged in would stay there.
      STREAM_POLL_TOP: '0',
    };
    up = chatlake(['up'], env);
    const [, address = ''] = await up.said(/TEMPORAL_ADDRESS=(\S+)/);
    connection = await Connection.connect({ address });
    [, siteUrl = ''] = await up.said(/Reports +(\S+)/);
  });

  after(async () => {
    up?.killGroup();
    await connection?.close();
    await simulator?.stop();
    await waitFor('all processes to be gone', () => processesWith(scratch.path).length === 0, 120_000);
    await scratch.remove();
  });

  const inEveryRoom = (collectors: number) =>
    waitFor(
      `${collectors} collectors in every room`,
      async () => {
        const rooms = Object.values(await control.connectionsByRoom());
        return rooms.length === CHANNELS && rooms.every((count) => count === collectors);
      },
      JOINED_WITHIN_MS,
    );

  async function moreMessages(count: number): Promise<void> {
    const { distinctIds } = await readTruth(simulator.controlUrl);
    const enough = async () => (await readTruth(simulator.controlUrl)).distinctIds >= distinctIds + count;
    await waitFor('messages', enough, 60_000);
  }

  async function coverage(): Promise<ReasonedRow[]> {
    const columns = 'kind, collector, channel_login, epoch_ms(happened_at) AS at_ms, reason';
    const rows = await sqlRows(`SELECT ${columns} FROM coverage WHERE kind IS NOT NULL`, env);
    return rows.map((row) => ({
      kind: row['kind'] as ReasonedRow['kind'],
      collector: String(row['collector']),
      channelLogin: row['channel_login'] as string | null,
      atMs: Number(row['at_ms']),
      reason: row['reason'] as string | null,
    }));
  }

  const runsOf = (name: string, rows: readonly ReasonedRow[]): ReasonedRow[] =>
    rows.filter(({ collector }) => collector.startsWith(`${name}-`));

  /** Silences the simulator, and waits until the coverage of each collector has come that far. */
  async function untilAllIsStored(): Promise<{ rows: ReasonedRow[]; quietAtMs: number }> {
    await beQuiet(simulator.controlUrl);
    const quietAtMs = Date.now();
    days.add(dayOf(hourOf(quietAtMs)));
    const rows = await waitFor(
      'coverage up to the last message',
      async () => {
        const found = await coverage();
        return COLLECTORS.every((name) => reportedUpToMs(runsOf(name, found)) >= quietAtMs) && found;
      },
      180_000,
    );
    return { rows, quietAtMs };
  }

  async function checkYellow({ rows, quietAtMs }: { rows: ReasonedRow[]; quietAtMs: number }): Promise<void> {
    const ids = (await sqlRows('SELECT message_id FROM chat', env)).map((row) => String(row['message_id']));
    assert.deepEqual(idProblems(await control.deliveredIds(), ids), []);
    const account = await control.attendance();
    assert.deepEqual(compareCoverage({ account, rows, untilMs: quietAtMs, leaves: new Map() }).failures, []);
  }

  async function checkLimits(): Promise<void> {
    assert.deepEqual(await control.breaches(), []);
    const accounts = await control.accounts();
    assert.deepEqual(Object.keys(accounts).sort(), Object.values(USERS).sort());
    for (const [login, { rooms, mostRooms }] of Object.entries(accounts))
      assert.deepEqual([rooms.length, mostRooms], [CHANNELS / 2, CHANNELS / 2], login);
  }

  it('joins every room with both collectors, within the limits of each account', async () => {
    for (const [account, login] of Object.entries(USERS)) await logInAccount(control, env, { account, login });
    const logins = (await control.streams(CHANNELS)).map(({ login }) => login);
    const added = chatlake(['channels', 'add', ...logins], env);
    assert.equal(await added.exited(), 0, added.stderr());
    await pollNow(new Client({ connection, namespace: env['CHATLAKE_INSTALLATION'] ?? '' }));
    await inEveryRoom(2);
    await checkLimits();
  });

  it('lists each channel with its account, and what both collectors hear', async () => {
    const { rooms = [] } = (await control.accounts())[USERS.second] ?? {};
    // The rooms are told to the chats some seconds after they were joined, the messages of a minute with the next heartbeat.
    const lines = await waitFor('both collectors to be listed', async () => {
      const list = chatlake(['channels', 'list', '--json'], { ...env, TEMPORAL_ADDRESS: connection.options.address });
      assert.equal(await list.exited(), 0, list.stderr());
      const rows = list.stdout().trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>); // prettier-ignore
      const isListed = (row: Record<string, unknown>) =>
        row['poll'] !== undefined || (row['listening'] === 2 && typeof row['messagesPerMinute'] === 'number');
      return rows.every(isListed) && rows;
    });
    const poll = lines.pop();
    assert.partialDeepStrictEqual(poll, { poll: { accounts: ['first', 'second'], places: 200, notes: [] } });
    assert.equal(lines.length, CHANNELS);
    const second = lines.filter(({ account }) => account === 'second').map(({ channel }) => channel);
    assert.deepEqual(second.sort(), rooms);
    for (const line of lines) assert.partialDeepStrictEqual(line, { state: 'listening', reason: null, collectors: 2 });
  });

  it('stores all that was said once, with sums that agree and coverage that equals the account of the simulator', async () => {
    await moreMessages(200);
    const stored = await untilAllIsStored();
    await checkYellow(stored);
    const truth = await readTruth(simulator.controlUrl);
    const agree = async () => {
      const { received, acknowledged, red, yellow } = await readCounts(siteUrl, [...days], '');
      return [received, acknowledged, red].every((it) => it === truth.sent) && yellow === truth.distinctIds;
    };
    await waitFor('the sums of the report to agree', agree, 180_000);
  });

  it('loses and doubles nothing when a collector is killed, and keeps to the limits when it comes back', async () => {
    await control.resume();
    await moreMessages(100);
    const killed = findCollector(scratch.path, 'a') ?? assert.fail('Expected a collector a.');
    process.kill(killed, 'SIGKILL');
    await waitFor('the end of its connections', async () =>
      Object.values(await control.connectionsByRoom()).every((count) => count === 1),
    ); // prettier-ignore
    await moreMessages(100);
    await inEveryRoom(2);
    await moreMessages(100);
    const stored = await untilAllIsStored();
    await checkYellow(stored);
    await checkLimits();
    const agree = async () => {
      const { received, acknowledged, red } = await readCounts(siteUrl, [...days], 'b-');
      return received > 0 && received === acknowledged && received === red;
    };
    await waitFor('the sums of the other collector to agree', agree, 180_000);
  });
});
