import type { Change } from './mutate.ts';

/** A change that breaks the product on purpose in one place. */
export interface Mutant {
  name: string;
  /** The guarantee that it breaks. */
  breaks: string;
  file: string;
  change: Change;
  /** The tests that must fail, as files. */
  tests: readonly string[];
}

const SIMULATION = 'test/simulation/simulation.test.ts';

/** An HDFS whose uploads create missing directories. */
const MAKING_PARENTS = `new Proxy(given[0].hdfs, { get: (hdfs, name) =>
  name === 'upload' ? (from, to) => hdfs.upload(from, to, { createParent: true }) : hdfs[name].bind(hdfs) })`;

/** The tests must detect each of these. A mutant that no test detects is a guarantee without a test. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'no-fencing',
    breaks: 'a loader that was replaced cannot commit',
    file: 'activities/load/takeover.ts',
    change: { wrapImport: 'removeSafely', by: '' },
    tests: [SIMULATION],
  },
  {
    name: 'no-length-check',
    breaks: 'a truncated upload is detected',
    file: 'activities/hdfs/client.ts',
    change: { wrap: 'checkLength', by: '' },
    tests: ['test/activities/hdfs/failures.test.ts'],
  },
  {
    name: 'early-offset-commit',
    breaks: 'no offset is committed to Kafka before red has the rows',
    file: 'activities/load/partition-loader.ts',
    change: {
      wrap: '#commitSpool',
      by: 'const spool = this.#spool; if (spool) this.#options.events.committed(spool.to, spool.lastAppendedAtMs ?? 0); return original();',
    },
    tests: [SIMULATION],
  },
  {
    name: 'lost-rename-is-failure',
    breaks: 'a rename whose answer was lost is checked, and not treated as failed',
    file: 'activities/hdfs/safe-changes.ts',
    change: { wrap: 'renameSafely', by: 'const [store, source, target] = given; await store.rename(source, target);' },
    tests: ['test/activities/hdfs/failures.test.ts', SIMULATION],
  },
  {
    name: 'lost-rename-is-success',
    breaks: 'a rename whose answer was lost is checked, and not treated as done',
    file: 'activities/hdfs/safe-changes.ts',
    change: {
      wrap: 'changeSafely',
      by: "await given[0]().catch((error) => { if (!isHdfsError(error, 'lost')) throw error; });",
    },
    tests: [SIMULATION],
  },
  {
    name: 'parents-made-again',
    breaks: 'an upload of a loader that was replaced finds no directory',
    file: 'activities/load/commit.ts',
    change: {
      wrap: 'commitTile',
      by: `return original({ ...given[0], hdfs: ${MAKING_PARENTS} }, given[1], given[2]);`,
    },
    tests: [SIMULATION],
  },
  {
    name: 'parts-removed-first',
    breaks: 'a compaction removes the parts only after the union has its final name',
    file: 'activities/compact/compaction.ts',
    change: { swap: ['renameSafely', 'removeSafely'], in: 'unite' },
    tests: [SIMULATION],
  },
  {
    name: 'nested-tiles-read',
    breaks: 'parts beside their union are not read',
    file: 'activities/red/list-tiles.ts',
    change: { wrap: 'listReadableTiles', by: 'return listTiles(...given);' },
    tests: [SIMULATION],
  },
  {
    name: 'no-deduplication',
    breaks: 'yellow has one row for each message id',
    file: 'activities/yellow/files.ts',
    change: {
      wrap: 'writeChat',
      by: `await copyTo(connection, 'FROM read_parquet(' + literals(pieces.map(copiesFile)) + ')', file);
        return measure(connection, file);`,
    },
    tests: ['test/activities/yellow/refinement.test.ts', 'test/golden/golden.test.ts'],
  },
  {
    name: 'acknowledged-too-soon',
    breaks: 'a line counts as collected only after Kafka has acknowledged it',
    file: 'activities/collect/send-queue.ts',
    change: {
      wrap: '#send',
      by: 'for (const waiting of await original(...given)) waiting.acknowledged = true; return [];',
    },
    tests: ['test/activities/collect/line-producer.test.ts'],
  },
  {
    name: 'spill-forgotten',
    breaks: 'lines that were written to disk while Kafka was away are sent when it is back',
    file: 'activities/spill/segment.ts',
    change: { wrap: 'readSegment', by: 'return (await original(...given)).slice(1);' },
    tests: ['test/activities/collect/line-producer-spill.test.ts'],
  },
  {
    name: 'spill-shared',
    breaks: 'two processes of one name never use the same lines on disk',
    file: 'activities/spill/lock.ts',
    change: { wrap: 'tryLock', by: 'return original(...given) ?? (() => {});' },
    tests: ['test/activities/spill/lock.test.ts'],
  },
  {
    name: 'loss-untold',
    breaks: 'coverage reports a lost connection',
    file: 'activities/irc/room.ts',
    change: { wrap: '#report', by: "if (given[0] !== 'loss') original(...given);" },
    tests: ['test/activities/irc/room.test.ts'],
  },
  {
    name: 'windows-told-too-soon',
    breaks: 'a window is reported only after all of its messages were received',
    file: 'activities/collect/tallies.ts',
    change: { wrap: 'takeSettled', by: 'return original(given[0]);' },
    tests: ['test/activities/collect/tallies.test.ts'],
  },
  {
    name: 'loss-dated-to-its-discovery',
    breaks: 'a loss has the time up to which everything was certainly received',
    file: 'activities/irc/delivery.ts',
    change: { wrap: 'completeUpToMs', by: 'return Math.max(original(), Date.now());' },
    tests: ['test/activities/irc/delivery.test.ts'],
  },
  {
    name: 'half-answers-handed-on',
    breaks: 'a Kafka client recovers from an incomplete answer',
    file: 'activities/kafka/socket.ts',
    change: { wrap: 'deliverWholeAnswers', by: '' },
    tests: ['test/faults/kafka-through-faults.test.ts'],
  },
  {
    name: 'refinement-not-fenced',
    breaks: 'a refinement that timed out does not overwrite a newer one',
    file: 'activities/hdfs/fence.ts',
    change: { wrapImport: 'removeSafely', by: '' },
    tests: [SIMULATION],
  },
  {
    name: 'open-hour-in-line',
    breaks: 'a backfill does not make the open hour wait',
    file: 'workflows/priorities.ts',
    change: { wrap: 'priorityOfHour', by: 'return { priorityKey: 4 };' },
    tests: ['test/workflows/queues.test.ts'],
  },
  {
    name: 'request-forgotten',
    breaks: 'a report that is requested while it is published is published once more',
    file: 'workflows/publish-report.ts',
    change: { wrapImport: 'setHandler', by: '' },
    tests: ['test/workflows/refinement.test.ts'],
  },
  {
    name: 'lost-answer-taken-for-never-sent',
    breaks: 'a change that was sent is not sent again after a network error',
    file: 'activities/hdfs/connection-error.ts',
    change: { wrap: 'connectionError', by: 'return original(given[0], given[1], given[2], false);' },
    tests: ['test/activities/hdfs/unreachable.test.ts'],
  },
  {
    name: 'two-owners',
    breaks: 'a directory is locked by one process at a time',
    file: 'common/directory-lock.ts',
    change: { wrap: 'lockDirectory', by: 'return original(given[0], given[1]) ?? (() => {});' },
    tests: ['test/common/directory-lock.test.ts'],
  },
  {
    name: 'damage-taken-for-absence',
    breaks: 'an hour with an unreadable manifest is not rebuilt without its late lines',
    file: 'activities/yellow/manifest.ts',
    change: { wrap: 'readManifest', by: 'return original(given[0], given[1], given[2]).catch(() => undefined);' },
    tests: ['test/activities/yellow/refinement-kept-hours.test.ts'],
  },
  {
    name: 'forgotten-author-kept',
    breaks: 'a line of a user who opted out is not kept',
    file: 'activities/opt-out/redact-line.ts',
    change: { wrap: 'isOf', by: 'return false;' },
    tests: ['test/activities/opt-out/redact-line.test.ts'],
  },
  {
    name: 'erasure-leaves-parts',
    breaks: 'an erasure also removes parts beside their union',
    file: 'activities/forget/erase-red.ts',
    change: { wrapImport: 'removeLeftovers', by: '' },
    tests: ['test/activities/forget/erase-red.test.ts'],
  },
  {
    name: 'yellow-made-of-less',
    breaks: 'an hour of yellow whose red is gone stays as it is',
    file: 'activities/yellow/refinement.ts',
    change: { wrap: 'findGone', by: 'return undefined;' },
    tests: ['test/activities/yellow/refinement-kept-hours.test.ts'],
  },
  {
    name: 'gap-at-first-look',
    breaks: 'an hour is not published with a gap that it does not have',
    file: 'activities/red/hour-gaps.ts',
    change: {
      wrap: 'findHourGaps',
      by: 'return look(given[0], given[1], await readBoundaries(given[0].hdfs, given[2]));',
    },
    tests: [SIMULATION],
  },
  {
    name: 'gap-not-told',
    breaks: 'an hour with a missing file is not complete, and names the gap',
    file: 'activities/yellow/index.ts',
    change: { wrapImport: 'findHourGaps', by: 'return { gaps: [], isLoading: false };' },
    tests: ['test/activities/yellow/gaps.test.ts'],
  },
  {
    name: 'usual-tag-forgotten',
    breaks: 'a line has each tag, whether it stands at its usual place or not',
    file: 'activities/yellow/usual-tags.ts',
    change: { wrap: 'hasUsualTagsSql', by: `return original().replace(/starts_with\\([^)]*\\)/, 'true');` },
    tests: ['test/golden/golden.test.ts', 'test/activities/yellow/line-fuzz.test.ts'],
  },
  {
    name: 'file-not-erased',
    breaks: 'every file with lines of a forgotten user is rewritten',
    file: 'activities/forget/erase-red.ts',
    change: { wrap: 'replaceTile', by: '' },
    tests: ['test/activities/forget/erase-red.test.ts'],
  },
  {
    name: 'entered-too-late',
    breaks: 'a user is entered before anything is erased',
    file: 'activities/forget/index.ts',
    change: { wrapImport: 'enterForgotten', by: 'setTimeout(() => void original(...given), 500);' },
    tests: ['test/activities/forget/activities.test.ts'],
  },
  {
    name: 'removal-without-question',
    breaks: 'old red is removed only after yellow was made of it',
    file: 'activities/retain/remove-red.ts',
    change: { wrap: 'whyNotTaken', by: 'return undefined;' },
    tests: [SIMULATION],
  },
  {
    name: 'removal-not-fenced',
    breaks: 'an erasure that froze puts no tile back',
    file: 'activities/retain/remove-red.ts',
    change: {
      wrapImport: 'fenceOthers',
      by: 'const [hdfs, directory, hour] = given; const own = `${directory}/${hour}-x`; await hdfs.mkdirs(own); return own;',
    },
    tests: ['test/activities/retain/remove-red.test.ts'],
  },
  {
    name: 'union-not-compared',
    breaks: 'a day is united only if its files have exactly the rows of its hours',
    file: 'activities/retain/publish-day.ts',
    change: { wrap: 'firstDifference', by: 'return undefined;' },
    tests: ['test/activities/retain/unite-day.test.ts'],
  },
  {
    name: 'hours-removed-first',
    breaks: 'the files of the hours are removed only after the manifest of their day is placed',
    file: 'activities/retain/publish-day.ts',
    change: { swap: ['placeManifest', 'removeLeft'], in: 'publishDay' },
    tests: [SIMULATION],
  },
  {
    name: 'union-not-fenced',
    breaks: 'a union that was replaced removes no file of its successor',
    file: 'activities/retain/publish-day.ts',
    change: { wrap: 'checkNotFenced', by: '' },
    tests: ['test/activities/retain/unite-day.test.ts'],
  },
  {
    name: 'day-read-once',
    breaks: 'a reader sees each row once, also while a day is united',
    file: 'activities/yellow/find-files.ts',
    change: { wrap: 'isSame', by: 'return true;' },
    tests: ['test/activities/yellow/find-files.test.ts'],
  },
  {
    name: 'files-removed-first',
    breaks: 'a reader sees all of an old day or nothing of what people wrote on it',
    file: 'activities/retain/remove-yellow.ts',
    change: { swap: ['placeManifest', 'finishDay'], in: 'removePeople' },
    tests: ['test/activities/retain/remove-yellow.test.ts', SIMULATION],
  },
  {
    name: 'waiting-day-removed',
    breaks: 'nothing is removed from a day that still has an hour of its own',
    file: 'activities/retain/remove-yellow.ts',
    change: { wrap: 'hasOthers', by: 'return false;' },
    tests: ['test/activities/retain/remove-yellow.test.ts'],
  },
  {
    name: 'united-hour-made-again',
    breaks: 'an hour that is united with its day is never made again',
    file: 'activities/yellow/refinement.ts',
    change: { wrapImport: 'isUnited', by: 'return false;' },
    tests: ['test/activities/retain/unite-day.test.ts'],
  },
];
