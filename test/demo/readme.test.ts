import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { createParameters } from '../../activities/parameters/client.ts';
import { tokenPath, twitchToken } from '../../activities/twitch/token.ts';
import type { Keys } from '../../cli/keys.ts';
import { temporaryDirectory } from '../integration/red-tiles.ts';
import { hdfs, kafka, SERVERS_TIMEOUT_MS } from '../integration/servers.ts';
import { waitFor } from '../integration/wait-for.ts';
import { BLANK, withoutTemporal } from './blank-environment.ts';
import { chatlake } from './command.ts';
import type { RunningCommand } from './command.ts';
import { processesWith } from './processes.ts';
import { readPublished } from './published.ts';
import { readmeEffects } from './readme-effects.ts';
import type { Effect } from './readme-effects.ts';
import { readmeLines } from './readme-lines.ts';

const run = promisify(execFile);

/** The lines that a new user copies from the README while `make demo` runs. Each runs exactly as printed. */
describe('README, while the demo runs', function () {
  this.timeout(600_000);

  let scratch: { path: string; remove: () => Promise<void> };
  let demo: RunningCommand;
  let connection: Connection;
  let effects: Effect[];
  let environment: NodeJS.ProcessEnv;
  /** The line that the demo prints for a second terminal. */
  let drive: string;
  const lines = readmeLines();

  before(async function bringUp() {
    this.timeout(SERVERS_TIMEOUT_MS);
    scratch = await temporaryDirectory('readme');
    const [{ brokers }, { url, user }] = await Promise.all([kafka(), hdfs()]);
    demo = chatlake(['demo'], {
      KAFKA_BROKERS: brokers.join(','),
      WEBHDFS_URL: url,
      HDFS_USER: user,
      HDFS_ROOT: `/readme-${process.pid}`,
      DATA_DIR: join(scratch.path, 'data'),
      REPORT_DIR: join(scratch.path, 'site'),
      SITE_PORT: '0',
    });
    [, drive = ''] = await demo.said(/Drive it +(export .*)/);
    const [, address = ''] = /TEMPORAL_ADDRESS=(\S+)/.exec(drive) ?? [];
    const [, store = ''] = await demo.said(/Parameters +(\S+)\/docs/);
    connection = await Connection.connect({ address });
    const client = new Client({ connection });
    environment = { ...withoutTemporal(), ...BLANK, DATA_DIR: join(scratch.path, 'asking') };

    const keys = JSON.parse(await readFile(join(scratch.path, 'data', 'keys.json'), 'utf8')) as Keys;
    const parameters = createParameters({ url: store, key: keys.parameterStoreKey });
    const readAccessToken = async (): Promise<string> =>
      (await parameters.get(tokenPath('demo'), twitchToken))?.value.accessToken ?? '';
    const published = async () => (await readPublished(join(scratch.path, 'site'))).days.length > 0;
    await waitFor('a report', () => published().catch(() => false), 240_000);
    // The demo asks the user to wait for the first report. This channel goes live in the first minute, and stays live.
    const chat = lines.map((line) => /chat\/\d+/.exec(line)?.[0]).find(Boolean) ?? assert.fail();
    await waitFor('the chat in the lines', () => client.workflow.getHandle(chat).describe(), 180_000);
    effects = readmeEffects({ client, tokenBefore: await readAccessToken(), readAccessToken });
  });

  after(async () => {
    demo?.interrupt();
    await demo?.exited();
    await connection?.close();
    await waitFor('all processes to be gone', () => processesWith(scratch.path).length === 0, 120_000);
    await scratch.remove();
  });

  for (const line of lines) {
    it(line, async () => {
      const effect = effects.find((it) => it.line.test(line));
      assert.ok(effect, 'the test knows what this line is for');
      const startedAt = new Date();
      const { stdout } = await run('sh', ['-c', `${drive}\n${line}`], { env: environment });
      await waitFor('its effect', () => effect.cameTrue({ line, stdout, startedAt }), 400_000);
    });
  }

  it('has a line for each effect', () => {
    for (const effect of effects)
      assert.ok(
        lines.some((line) => effect.line.test(line)),
        String(effect.line),
      );
  });
});
