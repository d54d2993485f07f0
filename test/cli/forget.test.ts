import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { progressText, resultText } from '../../cli/forget-text.ts';
import type { ForgetProgress } from '../../workflows/forget-user.ts';
import { chatlake } from '../demo/command.ts';
import { SERVERS_TIMEOUT_MS, temporal } from '../integration/servers.ts';
import { workflowRig } from '../workflows/rig.ts';
import { temporaryDirectories } from '../infra/local/temporary-directory.ts';

const RESULT: ForgetProgress = {
  step: 'proven',
  day: '',
  days: 1,
  round: 1,
  filesRewritten: 2,
  linesRedacted: 7,
  newLogins: 0,
  hoursWritten: 1,
  changedDays: [],
  filesRead: 9,
  traces: [],
  pages: [],
  spills: [],
  kafkaUntil: '2026-12-14T00:00:00.000Z',
};

describe('chatlake forget USERID', function () {
  this.timeout(SERVERS_TIMEOUT_MS);
  const directory = temporaryDirectories();
  const rig = workflowRig();

  async function ended(args: string[], env: Record<string, string> = {}) {
    const command = chatlake(['forget', ...args], { DATA_DIR: directory(), ...env });
    return { code: await command.exited(), stdout: command.stdout(), stderr: command.stderr() };
  }

  it('refuses a name in place of a number, and an odd login', async () => {
    const { code, stderr } = await ended(['lark']);
    assert.deepEqual(
      [code, stderr],
      [
        78,
        'Expected the number of a user at Twitch after `chatlake forget`, got `lark`. Give the user_id that the table chat has.\n',
      ],
    );
    assert.match(
      (await ended(['40004', '--login', 'a b'])).stderr,
      /^Expected --login to be a login of Twitch, got `a b`\.\n$/,
    );
  });

  it('says what it would erase, and erases nothing without a confirmation', async () => {
    const { code, stderr } = await ended(['40004', '--login', 'lark']);
    assert.equal(code, 78);
    assert.match(
      stderr,
      /^This erases user 40004 with the logins lark and all that are found: .* It cannot be undone\.\n/,
    );
    assert.match(stderr, /Nothing was erased\. Add --yes, or run it in a terminal\.\n$/);
  });

  it('names Temporal if it does not answer, and the parameter store if a login needs it', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const { code, stderr } = await ended(['40004', '--yes'], { TEMPORAL_ADDRESS: `127.0.0.1:${port}` });
    assert.equal(code, 69);
    assert.match(stderr, /^Expected Temporal at 127\.0\.0\.1:\d+ to answer, but it did not: .*set TEMPORAL_ADDRESS/);
    const withLogin = await ended(['40004', '--yes', '--login', 'lark']);
    assert.equal(withLogin.code, 69);
    assert.match(
      withLogin.stderr,
      /^Expected a running pipeline in .*, found none\. Start it with `make up`.* or set DATA_DIR or PARAMETER_STORE_URL\.\n$/,
    );
  });

  it('prints its progress, waits for the workflow, and ends with what is left', async () => {
    const { address } = await temporal();
    let proofs = 0;
    rig.activities = {
      beginForgetting: async () => ({ days: ['2020-01-01'], kafkaUntil: RESULT.kafkaUntil }),
      eraseRedDay: async () => ({ rewritten: 2, lines: 7, newLogins: 0 }),
      findYellowHours: async () => ['2020-01-01T03'],
      eraseYellowHour: async () => 'written',
      dropCopies: async () => {},
      findPages: async () => [],
      waitForSpills: async () => {},
      publishDay: async () => ({ page: '/', messages: 1, channels: 1 }),
      proveDay: async () => ({ files: 9, traces: proofs++ === 0 ? [] : ['/lake/red/chat/hour=2020-01-01T03/p0-0-9.parquet'] }), // prettier-ignore
    };
    const good = await ended(['40004', '--yes', '--json'], { TEMPORAL_ADDRESS: address });
    assert.deepEqual([good.code, JSON.parse(good.stdout)], [0, { userId: '40004', ...RESULT }], good.stderr);
    const left = await ended(['40004', '--yes'], { TEMPORAL_ADDRESS: address });
    assert.equal(left.code, 1, left.stderr);
    assert.match(left.stdout, /Still there: \/lake\/red\/chat\/hour=2020-01-01T03\/p0-0-9\.parquet\./);
    const started = await rig.client.workflow.getHandle('forget/40004').describe();
    assert.equal(started.status.name, 'COMPLETED');
  });
});

describe('resultText(userId, result)', () => {
  it('tells what was erased, that nothing is left, and when Kafka has deleted the lines', () => {
    assert.equal(
      resultText('40004', RESULT),
      'User 40004: 7 lines in 2 files were redacted, 1 hours of tables made again.\nNothing is left in 9 files.\n' +
        'Kafka keeps lines that it has already until 2026-12-14T00:00:00.000Z at the latest.',
    );
  });

  it('names what is left, and a topic without retention', () => {
    const text = resultText('40004', { ...RESULT, traces: ['/a'], pages: ['2026-11-25/index.html'], kafkaUntil: null });
    assert.match(
      text,
      /Still there: \/a\.\nThese pages show a login .*: 2026-11-25\/index\.html\.\nKafka keeps .* for ever/,
    );
  });

  it('names collectors with lines on disk, and what to do', () => {
    const text = resultText('40004', { ...RESULT, spills: ['collector-a: 1,024 bytes'] });
    assert.match(
      text,
      /\nNot proven, because collectors have lines on disk, or may have: collector-a: 1,024 bytes\. .* run the command again\.\n/,
    );
  });

  it('tells what is being done', () => {
    assert.equal(progressText({ ...RESULT, step: 'entered', day: '2026-11-25' }), 'round 1, redacting the stored lines: 2026-11-25 done'); // prettier-ignore
  });
});
