import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Kafka } from 'kafkajs';
import { ensureTopics, topicSpecs } from '../../activities/kafka/admin.ts';
import { TOPICS } from '../integration/default-topics.ts';
import { silentLog } from '../../common/log.ts';
import { progressText } from '../../cli/import-progress.ts';
import { chatlake } from '../demo/command.ts';
import type { RunningCommand } from '../demo/command.ts';
import { temporaryDirectory } from '../integration/red-tiles.ts';
import { SERVERS_TIMEOUT_MS, hdfs as hdfsServer, kafka as kafkaServer } from '../integration/servers.ts';
import { waitFor } from '../integration/wait-for.ts';
import { deleteTopics, endOffsets, readTopic, realKafka } from '../activities/kafka/real-kafka.ts';

const SENT = Date.parse('2019-05-01T07:00:00Z');
const says = (id: string | number, at = SENT): string =>
  `@id=${id};room-id=7001;tmi-sent-ts=${at} :lark!lark@lark.tmi.twitch.tv PRIVMSG #haneul :hello ${id}`;
/** Long enough to be interrupted. */
const LONG = 300_000;

describe('chatlake import', function () {
  this.timeout(240_000);
  let scratch: Awaited<ReturnType<typeof temporaryDirectory>>;
  let kafka: Kafka;
  let env: Record<string, string>;
  let files = 0;

  before(async function startKafka() {
    this.timeout(SERVERS_TIMEOUT_MS);
    scratch = await temporaryDirectory('import');
    kafka = await realKafka();
    const { brokers } = await kafkaServer();
    const { url, user } = await hdfsServer();
    env = {
      KAFKA_BROKERS: brokers.join(','),
      WEBHDFS_URL: url,
      HDFS_USER: user,
      HDFS_ROOT: `/import-${process.pid}`,
      DATA_DIR: join(scratch.path, 'data'),
    };
  });
  after(() => scratch.remove());

  function fileOf(content: string | Buffer, name = 'log.irc'): string {
    const directory = join(scratch.path, `logs-${++files}`);
    mkdirSync(directory);
    writeFileSync(join(directory, name), content);
    return join(directory, name);
  }
  const run = (...args: string[]) => ended(chatlake(['import', ...args], env));
  async function ended(command: RunningCommand): Promise<{ code: number | string; stdout: string; stderr: string }> {
    const code = await command.exited();
    return { code, stdout: command.stdout(), stderr: command.stderr() };
  }
  const refused = async (code: number, complaint: RegExp, ...args: string[]): Promise<void> => {
    const found = await run(...args);
    assert.match(found.stderr, complaint);
    assert.deepEqual([found.code, found.stdout], [code, '']);
    assert.doesNotMatch(found.stderr, /\n {4}at /);
  };

  describe('without the topics', () => {
    it('says that they are missing', () =>
      refused(
        69,
        /^Expected Kafka at .* to have the topic twitch\.chat, found none\. Start `make up` once\.\n$/,
        fileOf(says(1)),
      ));
  });

  describe('with the topics', () => {
    beforeEach(async () => {
      const specs = topicSpecs(TOPICS, { chatPartitions: 2, replicationFactor: 1 });
      await ensureTopics(kafka, { topics: specs, log: silentLog });
    });
    afterEach(() => deleteTopics(kafka, TOPICS));

    const stored = async (): Promise<number> =>
      (await endOffsets(kafka, TOPICS.chat)).reduce((sum, { offset }) => sum + Number(offset), 0);
    const ids = async (): Promise<string[]> =>
      (await readTopic(kafka, TOPICS.chat)).map(({ value }) => /[@;]id=([^; ]+)/.exec(String(value))?.[1] ?? '');

    it('sends files in the order of time, with a collector each, and says when they will be there', async () => {
      const later = fileOf(`${says('b', SENT + 86_400_000)}\n`);
      const earlier = fileOf(gzipSync(`${says('a')}\nPING :x\n`));
      const { code, stdout, stderr } = await run(later, earlier);
      assert.deepEqual([code, stderr], [0, '']);
      assert.match(
        stdout,
        /^Imported 2 lines of 2 files\.\n1 line of kinds that no table has\.\nThey are in the tables and reports when the hour (\S+) is refined, soon after \S+:00 UTC\.\n$/,
      );
      const records = (await readTopic(kafka, TOPICS.chat)).sort((a, b) => Number(a.timestamp) - Number(b.timestamp));
      const [first, second] = records.map(({ value, headers, key }) => ({
        key: String(key),
        value: String(value),
        receivedAt: String(headers?.['receivedAt']),
        collector: String(headers?.['collector']),
      }));
      assert.deepEqual([first?.value, first?.receivedAt, first?.key], [says('a'), String(SENT), '7001']);
      assert.match(first?.collector ?? '', /^import-[0-9a-z]+-\d+-1$/);
      assert.equal(second?.value, says('b', SENT + 86_400_000));
      assert.equal(second?.collector, first?.collector.replace(/1$/, '2'));
      const tallies = (await readTopic(kafka, TOPICS.coverage)).map(({ value }) => JSON.parse(String(value)) as object);
      assert.deepEqual(
        tallies.map((tally) => ({ ...tally, collector: '' })),
        [SENT, SENT + 86_400_000].map((at) => ({
          kind: 'tally',
          collector: '',
          window: new Date(at).toISOString(),
          received: 1,
          acknowledged: 1,
        })),
      );
    });

    it('names bad lines by file and line, imports the others, and exits with 1', async () => {
      const path = fileOf([says('a'), 'hello', ...Array.from({ length: 30 }, () => '?'), says('b')].join('\n'));
      const { code, stdout, stderr } = await run(path, '--json');
      assert.equal(code, 1);
      assert.deepEqual(JSON.parse(stdout), {
        files: 1,
        imported: 2,
        leftOut: 0,
        tooLate: 0,
        problems: 31,
        sentBefore: 0,
      });
      const lines = stderr.trimEnd().split('\n');
      assert.equal(lines[0], `${path}:2: left out, because "hello" is no command of Twitch chat.`);
      assert.equal(lines.at(-1), `${path}: 11 more lines left out.`);
      assert.equal(lines.length, 21);
      assert.deepEqual((await ids()).sort(), ['a', 'b']);
    });

    it('imports what is whole of a damaged file, and says where comments are bad', async () => {
      const whole = `{"streamer":{"name":"haneul","id":7001},"comments":[{"_id":"c","created_at":"2019-05-01T07:00:00Z","commenter":{"name":"lark"},"message":{"body":"hi"}},5,`;
      const path = fileOf(whole, 'chat.json');
      const { code, stderr } = await run(path);
      assert.deepEqual(
        [code, stderr],
        [
          1,
          `${path}: comment 2: left out, because it is no comment in JSON.\n${path}: left out, because its JSON ends too early.\n`,
        ],
      );
      assert.deepEqual(await ids(), ['c']);
    });

    it('refuses all files if one cannot be imported, names each, and sends nothing', async () => {
      const [good, csv] = [fileOf(says('a')), fileOf('message_id,channel_id\n', 'rows.csv')];
      const missing = join(scratch.path, 'missing.irc');
      await refused(
        78,
        new RegExp(
          `^Expected ${csv} to be .*found a CSV file.*nothing was imported\\.\nExpected ${missing} to be .*found ENOENT\\. Give another file\\.\n$`,
        ),
        ...[good, csv, missing],
      );
      assert.equal(await stored(), 0);
    });

    it('goes on after Ctrl-C where it was, and sends everything again after it has ended', async () => {
      const path = fileOf(Array.from({ length: LONG }, (_, place) => says(place, SENT + place * 10)).join('\n'));
      const command = chatlake(['import', path], env);
      await waitFor('the first lines', async () => (await stored()) > 10_000);
      command.interrupt();
      const first = await ended(command);
      assert.match(first.stderr, /^[\d,]+ lines acknowledged\. Run the same command again to go on from there\.\n$/);
      assert.deepEqual([first.code, first.stdout], [130, '']);
      const before = await stored();
      assert.ok(before < LONG, `${before} lines were sent before Ctrl-C`);
      const second = await run(path, '--json');
      const { imported, sentBefore } = JSON.parse(second.stdout) as { imported: number; sentBefore: number };
      assert.deepEqual([second.code, sentBefore, imported], [0, before, LONG - before]);
      assert.equal(new Set(await ids()).size, LONG);
      assert.equal(await stored(), LONG);
      assert.equal(existsSync(join(env['DATA_DIR'] ?? '', 'import')), true);
      assert.deepEqual(readdirSync(join(env['DATA_DIR'] ?? '', 'import')), ['.import.lock']);
      const short = fileOf(says('again'));
      for (const count of [1, 2]) {
        assert.equal((await run(short)).code, 0);
        assert.equal(await stored(), LONG + count);
      }
    });

    it('goes on after kill -9 with every line, and begins again if the file has changed', async () => {
      const lines = Array.from({ length: LONG }, (_, place) => says(place, SENT + place * 10)).join('\n');
      const path = fileOf(lines);
      const command = chatlake(['import', path], env);
      await waitFor('the state', () =>
        readdirSync(join(env['DATA_DIR'] ?? '', 'import')).some((name) => name.endsWith('.json')),
      );
      const other = await run(fileOf(says('other')));
      assert.match(other.stderr, /^Expected no other import in .*, found one that is running\. Wait for its end\.\n$/);
      assert.equal(other.code, 73);
      command.killGroup();
      assert.equal(await command.exited(), 'SIGKILL');
      const second = await run(path, '--json');
      const { sentBefore } = JSON.parse(second.stdout) as { sentBefore: number };
      assert.ok(sentBefore >= 5_000, `${sentBefore}`);
      assert.equal(new Set(await ids()).size, LONG);
    });
  });

  it('refuses no file, and the same file twice', async () => {
    await refused(78, /^Expected FILE\.\.\. after `chatlake import`, got nothing/);
    await refused(78, /^Expected each file once, got `a` twice\.\n$/, 'a', 'b', 'a');
  });

  it('says that Kafka does not answer', async () => {
    const { code, stderr } = await ended(
      chatlake(['import', fileOf(says(1))], { ...env, KAFKA_BROKERS: '127.0.0.1:1' }),
    );
    assert.match(
      stderr,
      /^Expected Kafka at 127\.0\.0\.1:1 to answer, but it did not: .*Start it with `make up`, or set KAFKA_BROKERS/,
    );
    assert.equal(code, 69);
  });

  it('draws a bar of what is acknowledged', () => {
    assert.equal(
      progressText({ bytes: 50, ofBytes: 100, lines: 12_345 }, 10),
      '[############------------] 50 %, 12,345 lines acknowledged, 1,235 per second',
    );
    assert.equal(
      progressText({ bytes: 0, ofBytes: 0, lines: 0 }, 0),
      '[########################] 100 %, 0 lines acknowledged',
    );
  });
});
