import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { ApplicationFailure } from '@temporalio/common';
import { createForgetActivities } from '../../../activities/forget/index.ts';
import type { ForgetActivities } from '../../../activities/forget/index.ts';
import { createRedactedFiles } from '../../../activities/forget/redacted-files.ts';
import { createYellowRedaction } from '../../../activities/forget/redact-yellow.ts';
import { createTraceCounter } from '../../../activities/forget/traces.ts';
import type { FileStatus } from '../../../activities/hdfs/hdfs.ts';
import { collectorPart, createHealthReport } from '../../../activities/health/health.ts';
import { enterForgotten } from '../../../activities/opt-out/enter.ts';
import { OPT_OUT_PATH, readOptOut } from '../../../activities/opt-out/list.ts';
import { uniteDays } from '../../../activities/retain/unite-day.ts';
import { publishFile } from '../../../activities/report/site-files.ts';
import { readDayManifest } from '../../../activities/yellow/day-manifest.ts';
import { readManifest } from '../../../activities/yellow/manifest.ts';
import { refineRedHour } from '../../../activities/yellow/refinement.ts';
import { silentLog } from '../../../common/log.ts';
import { activityEnvironment } from '../../integration/activity-environment.ts';
import { memoryParameters } from '../../integration/memory-parameters.ts';
import { openTestLake } from '../../integration/test-lake.ts';
import type { TestLake } from '../../integration/test-lake.ts';
import { InterruptedHdfs } from '../load/interrupted-hdfs.ts';

const DAY = '2026-11-25';
const USER = '40004';
const BASE = { room: 'room-id=1', at: `${DAY}T12:30:00Z` };

function line(id: string, userId: string, login: string, text: string, more = ''): string {
  return `@id=${id};${BASE.room};tmi-sent-ts=${Date.parse(BASE.at)};user-id=${userId}${more} :${login}!${login}@x PRIVMSG #haneul :${text}`;
}

describe('createForgetActivities(deps)', function () {
  this.timeout(120_000);
  let lake: TestLake;
  let parameters: ReturnType<typeof memoryParameters>;
  let forget: ForgetActivities;

  async function open(): Promise<void> {
    lake = await openTestLake('forget');
    parameters = memoryParameters();
    lake.deps.readOptOut = () => readOptOut(parameters);
    forget = createForgetActivities({
      ...lake.deps,
      redactedFiles: createRedactedFiles(lake.deps.withDatabase),
      countTraces: createTraceCounter(lake.deps.withDatabase),
      siteDirectory: join(lake.directory, 'site'),
      dropOtherCopies: () => Promise.resolve(),
      redactYellow: createYellowRedaction(lake.deps.withDatabase),
      parameters,
      readRetentionMs: () => Promise.resolve(7 * 86_400_000),
      log: silentLog,
    });
  }

  beforeEach(open);
  afterEach(() => lake.remove());

  const run = <T>(work: () => Promise<T>): Promise<T> => activityEnvironment().run(work);
  const refine = (hour: string) => refineRedHour(lake.deps, hour, true, new AbortController().signal);
  const input = { userId: USER, day: DAY };

  async function writeChat(): Promise<void> {
    const rows = [
      line('a', USER, 'lark', 'hello'),
      line(
        'b',
        '5',
        'wren',
        'hi @Lark',
        `;reply-parent-user-id=${USER};reply-parent-display-name=밤하늘;reply-parent-msg-body=hello`,
      ),
      line('c', '5', 'wren', 'the skylark 40004 sings'),
      line('d', '6', 'tern', 'hi'),
      `@login=lark;room-id=1;target-msg-id=a;tmi-sent-ts=${Date.parse(BASE.at)} :tmi.twitch.tv CLEARMSG #haneul :hello`,
      `@room-id=1;target-user-id=${USER};tmi-sent-ts=${Date.parse(BASE.at)} :tmi.twitch.tv CLEARCHAT #haneul :lark`,
      `@id=g;login=wren;msg-param-recipient-id=${USER};msg-param-recipient-user-name=lark;room-id=1;system-msg=to\\slark;tmi-sent-ts=${Date.parse(BASE.at)};user-id=5 :tmi.twitch.tv USERNOTICE #haneul`,
    ];
    await lake.red.add('chat', rows.map((text) => ({ line: text, appendedAt: BASE.at }))); // prettier-ignore
    await lake.red.add('chat', [{ line: line('e', '6', 'tern', 'nobody'), appendedAt: '2026-11-25T13:00:00Z' }]);
  }

  /** All files below a directory of HDFS. */
  async function filesBelow(path: string): Promise<FileStatus[]> {
    const found = await lake.deps.hdfs.list(path);
    return (await Promise.all(found.map(async (it) => (it.type === 'FILE' ? [it] : filesBelow(it.path))))).flat();
  }

  /** The files of HDFS that have the id, a login or the name anywhere in a row, found without the code under test. */
  async function filesWithTraces(): Promise<string[]> {
    const found: string[] = [];
    for (const { path } of await filesBelow(lake.root)) {
      const file = join(lake.directory, path);
      const text = path.endsWith('.parquet')
        ? await lake.deps.withDatabase(async (connection) =>
            JSON.stringify(
              (await connection.runAndReadAll(`SELECT to_json(t)::VARCHAR FROM '${file}' t`)).getRowsJson(),
            ),
          )
        : await lake.deps.hdfs.readText(path);
      if (/(?<![0-9A-Za-z_])(40004|lark|밤하늘)(?![0-9A-Za-z_])/i.test(text)) found.push(path);
    }
    return found;
  }

  it('leaves nothing of the user in any file of HDFS, whatever their login; the rest stays', async () => {
    await writeChat();
    await refine(`${DAY}T12`);
    await refine(`${DAY}T13`);
    assert.ok((await filesWithTraces()).length > 0);

    const begun = await run(() => forget.beginForgetting({ userId: USER }));
    assert.deepEqual(begun, { days: [DAY], kafkaUntil: new Date(7 * 86_400_000).toISOString() });
    assert.deepEqual(await run(() => forget.eraseRedDay(input)), { rewritten: 1, lines: 6, newLogins: 1 });
    assert.deepEqual(await run(() => forget.findYellowHours(input)), [`${DAY}T12`]);
    assert.equal((await run(() => forget.proveDay(input))).traces.length, 3, 'yellow still has them');
    assert.equal(await run(() => forget.eraseYellowHour({ hour: `${DAY}T12` })), 'written');
    await run(() => forget.dropCopies());

    assert.deepEqual(await run(() => forget.proveDay(input)), { files: 5, traces: [] });
    assert.deepEqual(await filesWithTraces(), []);
    assert.deepEqual(parameters.values.get(OPT_OUT_PATH), [
      { userId: USER, since: '1970-01-01T00:00:00.000Z', forgotten: true },
      { userId: USER, login: 'lark', since: '1970-01-01T00:00:00.000Z', forgotten: true },
    ]);
    const kept = await lake.deps.withDatabase(async (connection) => {
      const file = join(lake.directory, `${lake.root}/yellow/chat/hour=${DAY}T12/part.parquet`);
      return (await connection.runAndReadAll(`SELECT message_id, text FROM '${file}' ORDER BY 1`)).getRowsJson();
    });
    assert.deepEqual(kept, [
      ['b', 'hi @****'],
      ['c', 'the skylark ***** sings'],
      ['d', 'hi'],
      ['e', 'nobody'],
    ]);
  });

  it('does nothing the second time', async () => {
    await writeChat();
    await refine(`${DAY}T12`);
    await run(() => forget.beginForgetting({ userId: USER }));
    await run(() => forget.eraseRedDay(input));
    await run(() => forget.eraseYellowHour({ hour: `${DAY}T12` }));
    assert.deepEqual(await run(() => forget.eraseRedDay(input)), { rewritten: 0, lines: 0, newLogins: 0 });
    assert.deepEqual(await run(() => forget.findYellowHours(input)), []);
    assert.equal(await run(() => forget.eraseYellowHour({ hour: `${DAY}T12` })), 'unchanged');
  });

  it('stays erased when the hour is refined again', async () => {
    await writeChat();
    await run(() => forget.beginForgetting({ userId: USER }));
    await run(() => forget.eraseRedDay(input));
    parameters.values.delete(OPT_OUT_PATH);
    await refine(`${DAY}T12`);
    assert.deepEqual(await filesWithTraces(), []);
  });

  it('redacts an hour of yellow whose red is gone to what it would be if it were made again', async () => {
    const hour = `${DAY}T12`;
    const rowsOf = (): Promise<unknown[]> =>
      lake.deps.withDatabase(async (connection) => {
        const found: unknown[] = [];
        for (const table of ['chat', 'events', 'moderation', 'tallies']) {
          const file = join(lake.directory, `${lake.root}/yellow/${table}/hour=${hour}/part.parquet`);
          found.push((await connection.runAndReadAll(`SELECT * FROM '${file}' ORDER BY ALL`)).getRowObjectsJson());
        }
        return found;
      });
    await writeChat();
    await refine(hour);
    await refine(`${DAY}T13`);
    await run(() => forget.beginForgetting({ userId: USER }));
    await run(() => forget.eraseRedDay(input));
    const before = lake.deps.readOptOut;
    lake.deps.readOptOut = () => Promise.resolve({ entries: [], damaged: 0 });
    await refine(hour);
    lake.deps.readOptOut = before;
    await run(() => forget.eraseYellowHour({ hour }));
    const made = await rowsOf();

    await lake.remove();
    await open();
    await writeChat();
    await refine(hour);
    await refine(`${DAY}T13`);
    await lake.deps.hdfs.remove(`${lake.root}/red`, { recursive: true });
    await run(() => forget.beginForgetting({ userId: USER }));
    await enterForgotten(parameters, { userId: USER, logins: ['lark'], since: '2026-11-25T00:00:00Z' });
    assert.deepEqual(await run(() => forget.findYellowHours(input)), [hour]);
    assert.equal(await run(() => forget.eraseYellowHour({ hour })), 'redacted');
    assert.deepEqual(await rowsOf(), made);
    assert.deepEqual(await filesWithTraces(), []);
    assert.deepEqual(await run(() => forget.findYellowHours(input)), []);
    const manifest = await readManifest(lake.deps.hdfs, lake.root, hour);
    assert.deepEqual([manifest?.tables.chat?.rows, manifest?.complete], [4, true]);
  });

  it('redacts united hours to what they would be if each was redacted alone, also after an interruption', async () => {
    const hours = [`${DAY}T12`, `${DAY}T13`];
    const rowsOf = (): Promise<unknown[]> =>
      lake.deps.withDatabase(async (connection) => {
        const found: unknown[] = [];
        for (const table of ['chat', 'events', 'moderation', 'tallies']) {
          const files = `read_parquet('${join(lake.directory, lake.root)}/yellow/${table}/hour=*/*.parquet', hive_partitioning = false)`;
          found.push((await connection.runAndReadAll(`FROM ${files} ORDER BY ALL`)).getRowObjectsJson());
        }
        return found;
      });
    const later = (id: string, userId: string, login: string) => ({
      line: line(id, userId, login, 'hi').replace(String(Date.parse(BASE.at)), String(Date.parse(`${DAY}T13:30:00Z`))),
      appendedAt: `${DAY}T13:30:00Z`,
    });
    const fill = async (): Promise<void> => {
      await writeChat();
      await lake.red.add('chat', [later('f', USER, 'lark'), later('g', '6', 'tern')]);
      for (const hour of hours) await refine(hour);
      await lake.deps.hdfs.remove(`${lake.root}/red`, { recursive: true });
    };
    const enter = async (): Promise<void> => {
      await run(() => forget.beginForgetting({ userId: USER }));
      await enterForgotten(parameters, { userId: USER, logins: ['lark'], since: '2026-11-25T00:00:00Z' });
    };
    const unite = (hdfs = lake.deps.hdfs) =>
      uniteDays({ ...lake.deps, hdfs, log: silentLog }, '2026-11-26', new AbortController().signal);
    await fill();
    await enter();
    for (const hour of hours) await run(() => forget.eraseYellowHour({ hour }));
    const alone = await rowsOf();

    await lake.remove();
    await open();
    await fill();
    // It dies when the files of the day are placed, and its manifest is not.
    const dying = new InterruptedHdfs(lake.deps.hdfs, 3, 'dieAfter', 'replace');
    await unite(dying.hdfs).catch(() => {});
    assert.ok(dying.isDead);
    await enter();
    await run(() => forget.dropCopies());
    await unite();
    assert.ok((await filesWithTraces()).length > 0);
    assert.deepEqual(await run(() => forget.findYellowHours(input)), [hours[0]]);
    assert.equal((await run(() => forget.proveDay(input))).traces.length, 3);
    assert.equal(await run(() => forget.eraseYellowHour({ hour: `${DAY}T12` })), 'redacted');
    assert.deepEqual(await rowsOf(), alone);
    assert.deepEqual(await filesWithTraces(), []);
    assert.deepEqual(await run(() => forget.findYellowHours(input)), []);
    assert.deepEqual((await run(() => forget.proveDay(input))).traces, []);
    const day = await readDayManifest(lake.deps.hdfs, lake.root, DAY);
    assert.deepEqual(day?.hours.map(({ rows }) => rows.chat), [4, 1]); // prettier-ignore
  });

  it('finds pages that show a login as a word', async () => {
    await enterForgotten(parameters, { userId: USER, logins: ['lark'], since: '2026-11-25T00:00:00Z' });
    assert.deepEqual(await run(() => forget.findPages({ userId: USER })), [], 'without a site');
    for (const [file, text] of [
      ['2026-11-25/index.html', '<td>with Lark</td>'],
      ['2026-11-25/report.json', '{"channels":["skylark"]}'],
      ['assets/plotly.js', 'lark'],
    ] as const)
      await publishFile(join(lake.directory, 'site', file), text);
    assert.deepEqual(await run(() => forget.findPages({ userId: USER })), ['2026-11-25/index.html']);
  });

  it('waits for collectors that have lines on disk, and names them', async () => {
    const report = createHealthReport(parameters, collectorPart('a'), silentLog);
    await report({ summary: 'well', trouble: null, spill: { bytes: 8, damagedFiles: 0 } });
    assert.deepEqual(await run(() => forget.findSpills()), ['collector-a: 8 bytes']);
    await assert.rejects(
      run(() => forget.waitForSpills()),
      (error: ApplicationFailure) =>
        error.type === 'LinesOnDisk' && !error.nonRetryable && error.message.includes('collector-a: 8 bytes'),
    );
    await report({ summary: 'well', trouble: null, spill: { bytes: 0, damagedFiles: 0 } });
    await run(() => forget.waitForSpills());
  });

  it('does not prove anything of a user who was never entered', async () => {
    await assert.rejects(
      run(() => forget.proveDay(input)),
      /in config\/opt-out, found no entry/,
    );
  });

  it('keeps entries of others, also those that it cannot read', async () => {
    const others = [{ userId: '7', since: '2026-11-25T00:00:00Z' }, { odd: true }];
    parameters.values.set(OPT_OUT_PATH, [...others, { userId: USER, login: 'Lark', since: '2026-11-24T00:00:00Z' }]);
    await run(() => forget.beginForgetting({ userId: USER }));
    assert.deepEqual(parameters.values.get(OPT_OUT_PATH), [
      ...others,
      { userId: USER, login: 'lark', since: '2026-11-24T00:00:00Z', forgotten: true },
    ]);
  });
});
