import assert from 'node:assert/strict';
import { compactRedHour } from '../../../activities/compact/compaction.ts';
import type { FileStatus } from '../../../activities/hdfs/hdfs.ts';
import { CHAT_PARTITIONS } from '../../../activities/kafka/topics.ts';
import { takeBoundaries } from '../../../activities/red/boundaries.ts';
import { createRetainActivities } from '../../../activities/retain/index.ts';
import { YELLOW_TABLES } from '../../../activities/yellow/manifest.ts';
import { refineRedHour } from '../../../activities/yellow/refinement.ts';
import { silentLog } from '../../../common/log.ts';
import { readConfig } from '../../../workers/config.ts';
import { activityEnvironment } from '../../integration/activity-environment.ts';
import { openTestLake } from '../../integration/test-lake.ts';
import type { TestLake } from '../../integration/test-lake.ts';
import { writePoll } from '../../integration/write-poll.ts';
import { externalStream } from '../twitch/external-stream.ts';

const OLD = ['2026-10-01T10', '2026-10-01T11'] as const;
const YOUNG = ['2026-11-25T10', '2026-11-25T11'] as const;
const POLLS_WRITTEN = 2;

/** A year of the older system: chat in each hour, and a poll each minute. */
const DAYS = 365;
const POLLS_AN_HOUR = 60;
const MOST_FILES = 100_000;
/** As in docs/decisions/0031-old-days-are-united.md. */
const FILES_OF_DECISION_31 = 83_632;

const { RED_KEEP_DAYS } = readConfig({ PARAMETER_STORE_KEY: 'a-key-of-16-letters-or-more' });
const never = new AbortController().signal;

describe('The files of a year in HDFS', function () {
  this.timeout(120_000);
  let lake: TestLake;

  before(async () => {
    lake = await openTestLake('year');
    for (const hour of [...OLD, ...YOUNG]) await writeHour(hour);
    // The newest tile of a partition stays.
    await lake.red.add('chat', [line('2026-11-26T00', 'PRIVMSG #haneul :last', 'id=last')]);
    await lake.red.add('coverage', [tally('2026-11-26T00')]);
    const now = (): number => Date.parse('2026-11-27T00:00:00Z');
    const retain = createRetainActivities({ ...lake.deps, keepDays: RED_KEEP_DAYS, now, log: silentLog });
    const run = <T>(work: () => Promise<T>): Promise<T> => activityEnvironment().run(work);
    assert.equal((await run(() => retain.removeOldRed())).stoppedBy, null);
    assert.equal((await run(() => retain.uniteOldDays())).hours, OLD.length);
  });
  after(() => lake.remove());

  const line = (hour: string, text: string, tags: string) => ({
    line: `@${tags};room-id=1;tmi-sent-ts=${Date.parse(`${hour}:30:00Z`)};user-id=9 :lark!lark@lark ${text}`,
    appendedAt: `${hour}:30:00Z`,
  });
  const tally = (hour: string) => ({
    line: JSON.stringify({ kind: 'tally', collector: 'c1', window: `${hour}:30:00Z`, received: 1, acknowledged: 1 }),
    appendedAt: `${hour}:30:00Z`,
  });

  /** An hour with rows in all tables, as the loader, the poll and the refinement write it. */
  async function writeHour(hour: string): Promise<void> {
    const { deps, root } = lake;
    await lake.red.add('chat', [line(hour, 'PRIVMSG #haneul :hi', `id=a${hour}`)]);
    await lake.red.add('chat', [
      line(hour, 'USERNOTICE #haneul', `id=b${hour};msg-id=sub`),
      line(hour, 'CLEARCHAT #haneul :crow', 'ban-duration=1'),
      line(hour, 'UNHEARDOF #haneul', `id=c${hour}`),
    ]);
    await lake.red.add('coverage', [tally(hour)]);
    for (let minute = 0; minute < POLLS_WRITTEN; minute++)
      await writePoll(deps, [externalStream({ id: 's1', user_id: '1' })], new Date(`${hour}:0${minute}:00Z`));
    await takeBoundaries({ hdfs: deps.hdfs, root, offsetsAt: async () => [], now: Date.now }, hour);
    await compactRedHour({ ...deps, log: silentLog }, hour, never);
    await refineRedHour(deps, hour, true, never);
  }

  /** All files below a directory. */
  async function filesBelow(path: string): Promise<FileStatus[]> {
    const found = await lake.deps.hdfs.list(path);
    return (await Promise.all(found.map(async (it) => (it.type === 'FILE' ? [it] : filesBelow(it.path))))).flat();
  }

  it(`are fewer than ${MOST_FILES} if there is a poll each minute`, async () => {
    const files = (await filesBelow(lake.root)).map(({ path }) => path.slice(lake.root.length + 1));
    const ofHours = (hours: readonly string[], more = /^/): number =>
      files.filter((path) => more.test(path) && hours.some((hour) => path.includes(hour))).length / hours.length;
    const ofDay = files.filter(
      (path) => path.includes(OLD[0].slice(0, 10)) && !OLD.some((hour) => path.includes(hour)),
    ).length;

    const young = {
      tilesOfChat: ofHours(YOUNG, /^red\/chat/),
      tilesOfCoverage: ofHours(YOUNG, /^red\/coverage/),
      polls: ofHours(YOUNG, /^red\/streams/),
      tables: ofHours(YOUNG, /^yellow\/(?!manifests)/),
      others: ofHours(YOUNG, /boundaries|removed|manifests/),
    };
    assert.deepEqual(young, {
      tilesOfChat: 1,
      tilesOfCoverage: 1,
      polls: POLLS_WRITTEN,
      tables: YELLOW_TABLES.length,
      others: 2,
    });
    const old = { anHour: ofHours(OLD), aDay: ofDay };
    assert.deepEqual(old, { anHour: 3, aDay: YELLOW_TABLES.length + 1 });

    // Retention runs once a day, and unites whole days.
    const youngHours = 24 * (RED_KEEP_DAYS + 2);
    const oldDays = DAYS - RED_KEEP_DAYS;
    const { tilesOfChat, tilesOfCoverage, polls, tables, others } = young;
    const ofYoungHour =
      tilesOfChat * CHAT_PARTITIONS + tilesOfCoverage + polls * (POLLS_AN_HOUR / POLLS_WRITTEN) + tables + others;
    const sum = youngHours * ofYoungHour + oldDays * (24 * old.anHour + old.aDay);
    assert.ok(sum < MOST_FILES, `${sum} files`);
    assert.equal(sum, FILES_OF_DECISION_31);
  });
});
