import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import got from 'got';
import { createParameters } from '../../activities/parameters/client.ts';
import type { Parameters } from '../../activities/parameters/client.ts';
import { readLiveList } from '../../activities/twitch/live-list.ts';
import { tokenPath } from '../../activities/twitch/token.ts';
import type { Keys } from '../../cli/keys.ts';
import { simulatorEnvironment } from '../../cli/simulator-environment.ts';
import { startTwitchSimulator } from '../../infra/twitch-simulator/index.ts';
import type { TwitchSimulator } from '../../infra/twitch-simulator/index.ts';
import type { ChannelChatStatus } from '../../workflows/channel-chat.ts';
import { chatId } from '../../workflows/ids.ts';
import { userGrant } from '../activities/twitch/user-grant.ts';
import { temporaryDirectory } from '../integration/red-tiles.ts';
import { hdfs, kafka, SERVERS_TIMEOUT_MS } from '../integration/servers.ts';
import { waitFor } from '../integration/wait-for.ts';
import { chatlake } from './command.ts';
import type { RunningCommand } from './command.ts';
import { processesWith } from './processes.ts';

const ACCOUNT = 'chatlake';

/** A pipeline that receives no chat, for each cause that a new user meets. It reports the cause and the remedy everywhere. */
describe('chatlake up, if no chat can be received', function () {
  this.timeout(300_000);

  let scratch: { path: string; remove: () => Promise<void> };
  let simulator: TwitchSimulator;
  let env: Record<string, string>;
  let up: RunningCommand;

  before(async function prepare() {
    this.timeout(SERVERS_TIMEOUT_MS);
    scratch = await temporaryDirectory('health');
    simulator = await startTwitchSimulator({ seed: 13, channels: 3, steady: true });
    const [{ brokers }, { url, user }] = await Promise.all([kafka(), hdfs()]);
    env = {
      KAFKA_BROKERS: brokers.join(','),
      WEBHDFS_URL: url,
      HDFS_USER: user,
      HDFS_ROOT: `/health-${process.pid}`,
      DATA_DIR: join(scratch.path, 'data'),
      REPORT_DIR: join(scratch.path, 'site'),
      SITE_PORT: '0',
      LOAD_ROTATE_SECONDS: '5',
      COLLECTOR_NAME: 'ears',
      ...simulatorEnvironment(simulator),
      TWITCH_CHAT_ANONYMOUS: 'no',
    };
  });

  after(async () => {
    up?.killGroup();
    await simulator?.stop();
    await waitFor('all processes to be gone', () => processesWith(scratch.path).length === 0, 120_000);
    await scratch.remove();
  });

  it('reports wrong credentials', async () => {
    up = chatlake(['up'], { ...env, TWITCH_CLIENT_SECRET: 'a-wrong-secret-of-thirty-chars' });
    await up.said(
      /health +! token-chatlake: OAuth refused a token \(403\)\. Check TWITCH_CLIENT_ID and TWITCH_CLIENT_SECRET/,
    );
    assert.doesNotMatch(up.stderr(), /a-wrong-secret|listens to/);
    up.interrupt();
    await up.exited();
  });

  describe('after the secret was corrected and it was restarted', () => {
    let client: Client;
    let connection: Connection;
    let parameters: Parameters;

    before(async () => {
      up = chatlake(['up'], env);
      const [, address = ''] = await up.said(/TEMPORAL_ADDRESS=(\S+)/);
      const [, url = ''] = await up.said(/Parameters +(\S+)\/docs/);
      connection = await Connection.connect({ address });
      client = new Client({ connection });
      const keys = JSON.parse(await readFile(join(env['DATA_DIR'] ?? '', 'keys.json'), 'utf8')) as Keys;
      parameters = createParameters({ url, key: keys.parameterStoreKey });
    });

    after(() => connection.close());

    it('polls immediately, and reports the missing user token with the remedy', async () => {
      await up.said(
        /health +! collector-ears: it listens to none of 3 channels \(3 waiting for a token\)\. Run `chatlake login`/,
      );
    });

    it('shows in the status of a chat that it waits for a token', async () => {
      const list = await waitFor('the live list', () => readLiveList(parameters));
      const chat = client.workflow.getHandle(chatId(list.value.streams[0]?.channelId ?? ''));
      await waitFor('the status', async () => {
        const { collectors } = await chat.query<ChannelChatStatus, []>('status');
        return collectors[0]?.state === 'waiting for a token';
      });
    });

    it('shows the reason on the page, in red', async () => {
      const [, url = ''] = await up.said(/Reports +(\S+)/);
      const page = await waitFor(
        'a page that says it',
        async () => {
          const { body } = await got(`${url}/${new Date().toISOString().slice(0, 10)}/`, { throwHttpErrors: false });
          return body.includes('listens to none of 3 channels') && body;
        },
        180_000,
      );
      assert.match(page, /class="verdict bad"/);
      assert.doesNotMatch(page, /all stored|class="verdict good"/);
    });

    it('receives chat as soon as a user token is stored', async () => {
      const { accessToken, refreshToken } = await userGrant(simulator);
      const token = { accessToken, refreshToken, scopes: ['chat:read'], login: 'lake_reader' };
      await parameters.put(tokenPath(ACCOUNT), token);
      await up.said(/health +collector-ears: listens to \d of 3 channels/);
    });
  });
});
