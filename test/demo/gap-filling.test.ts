import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { simulatorEnvironment } from '../../cli/simulator-environment.ts';
import { startTwitchSimulator } from '../../infra/twitch-simulator/index.ts';
import type { TwitchSimulator } from '../../infra/twitch-simulator/index.ts';
import { startFaultProxy } from '../faults/fault-proxy.ts';
import type { FaultProxy } from '../faults/fault-proxy.ts';
import { readTruth } from '../infra/twitch-simulator/with-simulator.ts';
import { temporaryDirectory } from '../integration/red-tiles.ts';
import { SERVERS_TIMEOUT_MS } from '../integration/servers.ts';
import { waitFor } from '../integration/wait-for.ts';
import { chatlake } from './command.ts';
import type { RunningCommand } from './command.ts';
import { findCollector, processesWith } from './processes.ts';
import { sqlRows, upEnvironment } from './up-environment.ts';

const CHANNELS = 4;
const OUTAGE_MS = 60_000;
const GONE_WITHIN_MS = 120_000;
const YELLOW_WITHIN_MS = 240_000;

/** One collector, and a service that has the last lines of each channel. */
describe('gaps, with a recent-messages service', function () {
  this.timeout(900_000);
  let scratch: { path: string; remove: () => Promise<void> };
  let simulator: TwitchSimulator;
  let twitch: FaultProxy;
  let up: RunningCommand;
  let env: Record<string, string>;
  const said: { id: string; atMs: number }[] = [];

  before(async function bringUp() {
    this.timeout(SERVERS_TIMEOUT_MS);
    scratch = await temporaryDirectory('filling');
    simulator = await startTwitchSimulator({
      seed: 5,
      channels: CHANNELS,
      messagesPerSecond: 20,
      steady: true,
      onSay: ({ isMessage, id }) => {
        if (isMessage && id !== undefined) said.push({ id, atMs: Date.now() });
      },
    });
    twitch = await startFaultProxy({ host: '127.0.0.1', port: Number(new URL(simulator.ircUrl).port) });
    const installation = await upEnvironment('filling', scratch.path);
    env = { ...installation, COLLECTOR_NAME: 'a', COLLECTORS: 'a', GAP_FILL_URL: simulator.recentMessagesUrl };
    up = chatlake(['up'], {
      ...env,
      ...simulatorEnvironment(simulator),
      TWITCH_IRC_URL: `irc://127.0.0.1:${twitch.port}`,
    });
    await up.said(/Reports +http/);
  });

  after(async () => {
    up?.killGroup();
    await twitch?.close();
    await simulator?.stop();
    await waitFor('all processes to be gone', () => processesWith(scratch.path).length === 0, GONE_WITHIN_MS);
    await scratch.remove();
  });

  async function untilJoined(): Promise<void> {
    const isEach = async (): Promise<boolean> => {
      const counts = Object.values((await readTruth(simulator)).joined);
      return counts.length === CHANNELS && counts.every((count) => count === 1);
    };
    await waitFor('every room to be joined', isEach, 120_000);
  }

  /** Waits until yellow has every message that was said in this time, once, and gaps has one gap in each channel, which is filled. */
  async function untilWhole(fromMs: number, toMs: number): Promise<void> {
    const expected = said.filter(({ atMs }) => atMs >= fromMs && atMs < toMs).map(({ id }) => id);
    assert.ok(expected.length > 100, `only ${expected.length} messages were said`);
    const missing = async (): Promise<string[]> => {
      const ids = (await sql('SELECT message_id FROM chat')).map((row) => row['message_id']);
      assert.equal(new Set(ids).size, ids.length, 'a message is twice in yellow');
      const found = new Set(ids);
      return expected.filter((id) => !found.has(id));
    };
    await waitFor('yellow to have every message', async () => (await missing()).length === 0, YELLOW_WITHIN_MS);
    const range = `began_at < epoch_ms(${toMs}) AND coalesce(ended_at, 'infinity') > epoch_ms(${fromMs})`;
    // For two minutes, coverage takes a collector that was killed for one that still reports.
    const gaps = async (): Promise<boolean[]> =>
      (await sql(`SELECT is_filled FROM gaps WHERE ${range}`)).map((row) => row['is_filled'] === true);
    const isFilled = (found: boolean[]): boolean => found.length === CHANNELS && !found.includes(false);
    await waitFor('a filled gap in each channel', async () => isFilled(await gaps()), YELLOW_WITHIN_MS);
  }

  it('are filled after Twitch was away for a minute: yellow has what was said, once', async () => {
    await untilJoined();
    const fromMs = Date.now();
    await twitch.cut();
    await delay(OUTAGE_MS);
    await twitch.pass();
    await untilJoined();
    await delay(5_000);
    await untilWhole(fromMs, Date.now());
    const marked = await sql("SELECT count(*) AS messages FROM chat WHERE collector LIKE 'import-fill-a-%'");
    assert.ok(Number(marked[0]?.['messages']) > 500, JSON.stringify(marked));
  });

  it('are filled after a collector was killed', async () => {
    await untilJoined();
    const fromMs = Date.now();
    const pid = findCollector(scratch.path, 'a') ?? assert.fail('no collector');
    process.kill(pid, 'SIGKILL');
    await waitFor('the rooms to be left', async () => (await readTruth(simulator)).connections === 0);
    await untilJoined();
    await delay(5_000);
    await untilWhole(fromMs, Date.now());
  });

  const sql = (query: string): Promise<Record<string, unknown>[]> => sqlRows(query, env);
});
