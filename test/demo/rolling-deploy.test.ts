import assert from 'node:assert/strict';
import { createKafka } from '../../activities/kafka/client.ts';
import { topicsOf } from '../../activities/kafka/topics.ts';
import { freePort } from '../../common/free-port.ts';
import { silentLog } from '../../common/log.ts';
import { simulatorEnvironment } from '../../cli/simulator-environment.ts';
import { startTwitchSimulator } from '../../infra/twitch-simulator/index.ts';
import type { TwitchSimulator } from '../../infra/twitch-simulator/index.ts';
import { readTopic } from '../activities/kafka/real-kafka.ts';
import { temporaryDirectory } from '../integration/red-tiles.ts';
import { SERVERS_TIMEOUT_MS } from '../integration/servers.ts';
import { waitFor } from '../integration/wait-for.ts';
import { chatlake } from './command.ts';
import type { RunningCommand } from './command.ts';
import { findCollector, processesWith } from './processes.ts';
import { sqlRows, upEnvironment } from './up-environment.ts';

const CHANNELS = 6;
const GONE_WITHIN_MS = 120_000;
const ID = /[@;]id=([^; ]+)/;

/** Two collectors hear every channel. A deploy replaces one after the other, and waits for `/readyz` in between. */
describe('a rolling deploy of two collectors', function () {
  this.timeout(600_000);
  let scratch: { path: string; remove: () => Promise<void> };
  let simulator: TwitchSimulator;
  let up: RunningCommand;
  let env: Record<string, string>;
  let ports: Record<string, number>;
  const said: { id: string; atMs: number }[] = [];

  before(async function bringUp() {
    this.timeout(SERVERS_TIMEOUT_MS);
    scratch = await temporaryDirectory('rolling');
    simulator = await startTwitchSimulator({
      seed: 5,
      channels: CHANNELS,
      messagesPerSecond: 100,
      steady: true,
      onSay: ({ isMessage, id }) => {
        if (isMessage && id !== undefined) said.push({ id, atMs: Date.now() });
      },
    });
    // The workers get this port and the following ones.
    const first = await freePort();
    ports = { a: first + 1, b: first + 2 };
    const installation = await upEnvironment('rolling', scratch.path);
    env = { ...installation, COLLECTORS: 'a,b', METRICS_ADDRESS: `127.0.0.1:${first}` };
    up = chatlake(['up'], { ...env, ...simulatorEnvironment(simulator) });
    await up.said(/Reports +http/);
  });

  after(async () => {
    up?.killGroup();
    await simulator?.stop();
    await waitFor('all processes to be gone', () => processesWith(scratch.path).length === 0, GONE_WITHIN_MS);
    await scratch.remove();
  });

  const isReady = async (name: string): Promise<boolean> =>
    fetch(`http://127.0.0.1:${ports[name]}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );

  async function untilReady(name: string): Promise<void> {
    await waitFor(`collector ${name} to be ready`, () => isReady(name), 120_000);
  }

  async function replace(name: string): Promise<void> {
    const old = collectorPid(scratch.path, name);
    process.kill(old, 'SIGTERM');
    await waitFor(
      `a new collector ${name}`,
      () => ![undefined, old].includes(findCollector(scratch.path, name)),
      90_000,
    );
    await untilReady(name);
  }

  it('misses no message that was said meanwhile, and its coverage has no gap', async () => {
    for (const name of ['a', 'b']) await untilReady(name);
    const fromMs = Date.now();
    await replace('a');
    await replace('b');
    const toMs = Date.now();
    const meanwhile = said.filter(({ atMs }) => atMs >= fromMs && atMs < toMs).map(({ id }) => id);
    assert.ok(meanwhile.length > 500, `only ${meanwhile.length} messages were said`);

    const { chat } = topicsOf(env['CHATLAKE_INSTALLATION'] ?? '');
    const client = createKafka({
      brokers: (env['KAFKA_BROKERS'] ?? '').split(','),
      clientId: 'rolling',
      log: silentLog,
    });
    const missing = await waitFor(
      'the messages to be in Kafka',
      async () => {
        const heard = new Set((await readTopic(client, chat)).map(({ value }) => ID.exec(String(value))?.[1]));
        const left = meanwhile.filter((id) => !heard.has(id));
        return left.length === 0 && left;
      },
      60_000,
    );
    assert.deepEqual(missing, []);

    const heardUntilMs = async (): Promise<number> =>
      Number((await sql('SELECT epoch_ms(max(ended_at)) AS until FROM listened'))[0]?.['until'] ?? 0);
    await waitFor('coverage to reach the end', async () => (await heardUntilMs()) >= toMs, 240_000);
    const range = `began_at < epoch_ms(${toMs}) AND coalesce(ended_at, 'infinity') > epoch_ms(${fromMs})`;
    assert.deepEqual(await sql(`SELECT * FROM gaps WHERE ${range}`), []);
    const listened = await sql(
      `SELECT channel_id FROM listened WHERE began_at <= epoch_ms(${fromMs}) AND ended_at >= epoch_ms(${toMs})`,
    );
    assert.equal(listened.length, CHANNELS);
  });

  const sql = (query: string): Promise<Record<string, unknown>[]> => sqlRows(query, env);
});

function collectorPid(directory: string, name: string): number {
  return findCollector(directory, name) ?? assert.fail(`no collector ${name}`);
}
