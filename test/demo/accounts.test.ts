import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import pMap from 'p-map';
import { createHdfs } from '../../activities/hdfs/client.ts';
import { untilSumsAgree } from '../../cli/demo-check.ts';
import { beQuiet, readTruth } from '../../cli/demo-truth.ts';
import { simulatorEnvironment } from '../../cli/simulator-environment.ts';
import { silentLog } from '../../common/log.ts';
import { pollNow } from '../../infra/setup/schedules.ts';
import type { RoomAccount } from '../../infra/twitch-simulator/attendance.ts';
import { startTwitchSimulator } from '../../infra/twitch-simulator/index.ts';
import type { TwitchSimulator } from '../../infra/twitch-simulator/index.ts';
import type { ChannelChatStatus } from '../../workflows/channel-chat.ts';
import { compareCoverage, reportedUpToMs } from '../day/compare-coverage.ts';
import type { ReasonedRow } from '../day/compare-coverage.ts';
import { Control } from '../day/control.ts';
import { Yellow, idProblems } from '../day/yellow.ts';
import { temporaryDirectory } from '../integration/red-tiles.ts';
import { hdfs, kafka, SERVERS_TIMEOUT_MS } from '../integration/servers.ts';
import { waitFor } from '../integration/wait-for.ts';
import { chatlake } from './command.ts';
import type { RunningCommand } from './command.ts';
import { logInAccount } from './log-in-account.ts';
import { findProcesses, processesWith } from './processes.ts';

const CHANNELS = 180;
/** A hundred JOINs take 44 s at Twitch's pace. Temporal notices after 15 s that a collector is dead. */
const JOINED_WITHIN_MS = 180_000;
/** A collector that is killed has not reported its last windows of 10 s. */
const UNREPORTED_MS = 25_000;
const COLLECTOR = 'ears';
/** The users at Twitch by account. */
const USERS = { first: 'reader_one', second: 'reader_two' };

/** Two users read more channels than one may, on real servers. The simulator counts, and disconnects who is too fast. */
describe('chatlake up, with two accounts and 180 channels', function () {
  this.timeout(600_000);

  const startedAt = Date.now();
  let scratch: { path: string; remove: () => Promise<void> };
  let simulator: TwitchSimulator;
  let control: Control;
  let env: Record<string, string>;
  let up: RunningCommand;
  let connection: Connection;
  let client: Client;
  let yellow: Yellow;

  before(async function bringUp() {
    this.timeout(SERVERS_TIMEOUT_MS);
    scratch = await temporaryDirectory('accounts');
    simulator = await startTwitchSimulator({ seed: 12, channels: CHANNELS, messagesPerSecond: 40, steady: true });
    control = new Control(simulator.controlUrl);
    const [{ brokers }, { url, user }] = await Promise.all([kafka(), hdfs()]);
    const root = `/accounts-${process.pid}`;
    env = {
      ...simulatorEnvironment(simulator),
      TWITCH_CHAT_ANONYMOUS: 'no',
      TWITCH_ACCOUNTS: Object.keys(USERS).join(','),
      KAFKA_BROKERS: brokers.join(','),
      WEBHDFS_URL: url,
      HDFS_USER: user,
      HDFS_ROOT: root,
      DATA_DIR: join(scratch.path, 'data'),
      REPORT_DIR: join(scratch.path, 'site'),
      SITE_PORT: '0',
      LOAD_ROTATE_SECONDS: '3',
      COLLECTOR_NAME: COLLECTOR,
    };
    yellow = new Yellow({
      directory: scratch.path,
      hdfs: createHdfs({ urls: [url], user, log: silentLog }),
      root,
    });
    up = chatlake(['up'], env);
    const [, address = ''] = await up.said(/TEMPORAL_ADDRESS=(\S+)/);
    connection = await Connection.connect({ address });
    client = new Client({ connection });
  });

  after(async () => {
    up?.killGroup();
    await connection?.close();
    await simulator?.stop();
    await waitFor('all processes to be gone', () => processesWith(scratch.path).length === 0, 120_000);
    await scratch.remove();
  });

  const everyRoomJoined = () =>
    waitFor('every room to be joined', async () => (await control.joined()).length === CHANNELS, JOINED_WITHIN_MS);

  async function moreMessages(count: number): Promise<void> {
    const { sent } = await readTruth(simulator.controlUrl);
    await waitFor('messages', async () => (await readTruth(simulator.controlUrl)).sent >= sent + count, 60_000);
  }

  /** Silences the simulator. Resolves when everything that it said is in a report, and coverage is known up to then. */
  async function compareSums(): Promise<{ mismatches: string[]; rows: ReasonedRow[]; quietAtMs: number }> {
    await beQuiet(simulator.controlUrl);
    const quietAtMs = Date.now();
    const [, siteUrl = ''] = await up.said(/Reports +(\S+)/);
    const temporal = { connectionOptions: { address: connection.options.address }, namespace: 'default' };
    const pipeline = { config: { temporal }, siteUrl, logDirectory: join(scratch.path, 'data', 'logs') };
    const { signal } = new AbortController();
    const compare = () =>
      untilSumsAgree({ pipeline, controlUrl: simulator.controlUrl, run: `${COLLECTOR}-`, startedAt, signal });
    return waitFor(
      'coverage up to the last message',
      async () => {
        const { mismatches } = await compare();
        const rows = await yellow.coverage();
        return reportedUpToMs(rows) >= quietAtMs && { mismatches, rows, quietAtMs };
      },
      120_000,
    );
  }

  it('says which accounts have no user, and what to do', async () => {
    await up.said(/chat +read as the accounts first, second, up to 100 channels each/);
    await up.said(/! token-second: .*Run `chatlake login --account second`/);
    assert.deepEqual(await control.joined(), []);
  });

  it('joins all rooms with two users, within the limits of each', async () => {
    for (const [account, login] of Object.entries(USERS)) await logInAccount(control, env, { account, login });
    await pollNow(client);
    await everyRoomJoined();
    const accounts = await control.accounts();
    assert.deepEqual(Object.keys(accounts).sort(), Object.values(USERS).sort());
    for (const [login, { rooms, mostRooms }] of Object.entries(accounts))
      assert.ok(mostRooms <= 100 && rooms.length === mostRooms, `${login}: ${mostRooms}`);
    assert.deepEqual(await control.breaches(), []);
  });

  it('shows in each chat which account reads it', async () => {
    const { rooms = [] } = (await control.accounts())[USERS.second] ?? {};
    const chats: string[] = [];
    for await (const { workflowId } of client.workflow.list({
      query: "WorkflowType = 'channelChat' AND ExecutionStatus = 'Running'",
    }))
      chats.push(workflowId);
    const told = await waitFor('the account of every room', async () => {
      const all = await pMap(chats, (id) => client.workflow.getHandle(id).query<ChannelChatStatus, []>('status'), {
        concurrency: 8,
      });
      return all.every(({ collectors }) => collectors[0]?.account !== undefined) && all;
    });
    const second = told.filter(({ collectors }) => collectors[0]?.account === 'second');
    assert.deepEqual(second.map(({ channelLogin }) => channelLogin).sort(), rooms);
  });

  it('stores all that was said, and its coverage equals the account of the simulator', async () => {
    await moreMessages(100);
    const { mismatches, rows, quietAtMs } = await compareSums();
    assert.deepEqual(mismatches, []);
    assert.deepEqual(idProblems(await control.deliveredIds(), await yellow.messageIds()), []);
    const account = await control.attendance();
    assert.deepEqual(compareCoverage({ account, rows, untilMs: quietAtMs, leaves: new Map() }).failures, []);
  });

  it('does the same after a collector was killed: no JOIN is too fast, and the gap is in coverage', async () => {
    // Not its guard, which would let it end in order.
    const collector = findProcesses(scratch.path).find(
      ({ command }) => command.includes('workers/collector.ts') && !command.includes('guarded.sh'),
    );
    assert.ok(collector);
    process.kill(collector.pid, 'SIGKILL');
    const killedAtMs = Date.now();
    await waitFor('the first room after it', async () => {
      const { length } = await control.joined();
      return Date.now() > killedAtMs + 1_000 && length > 0 && length < CHANNELS;
    }, JOINED_WITHIN_MS); // prettier-ignore
    // The other rooms are not joined yet: what is said in them is lost, and must not be claimed.
    await control.resume();
    await everyRoomJoined();
    await moreMessages(100);

    const { mismatches, rows, quietAtMs } = await compareSums();
    assert.deepEqual(await control.breaches(), []);
    for (const { mostRooms } of Object.values(await control.accounts())) assert.ok(mostRooms <= 100);
    assert.deepEqual(mismatches, []);
    assert.deepEqual(idProblems(await control.deliveredIds(), await yellow.messageIds()), []);
    const runs = [...new Set(rows.map((row) => row.collector))].map(
      (run) => [upToMsOf(run, rows) - killedAtMs, run] as const,
    );
    const killedUpToMs = killedAtMs + Math.min(...runs.map(([ms]) => ms));
    assert.ok(killedUpToMs <= killedAtMs && killedUpToMs > killedAtMs - UNREPORTED_MS, JSON.stringify(runs));
    const account = untilReported(await control.attendance(), killedAtMs, killedUpToMs);
    const found = compareCoverage({ account, rows, untilMs: quietAtMs, leaves: new Map() });
    assert.deepEqual(found.failures, []);
    assert.ok(found.unheard > 0, 'something was said while nobody listened');
  });
});

const upToMsOf = (run: string, rows: readonly ReasonedRow[]): number =>
  reportedUpToMs(rows.filter(({ collector }) => collector === run));

/** The account, with the stays that the kill ended cut where the killed collector reported last. */
function untilReported(
  account: Record<string, RoomAccount>,
  killedAtMs: number,
  upToMs: number,
): Record<string, RoomAccount> {
  const cut = Object.entries(account).map(([login, room]): [string, RoomAccount] => {
    const stays = room.stays.map((stay) =>
      stay.fromMs < killedAtMs ? { ...stay, toMs: Math.min(stay.toMs ?? upToMs, upToMs), endedBy: null } : stay,
    );
    return [login, { ...room, stays }];
  });
  return Object.fromEntries(cut);
}
