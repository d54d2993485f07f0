import type { Change } from './mutate.ts';

/** The product, broken on purpose in one place. */
export interface Mutant {
  name: string;
  /** The promise that it breaks, in words. */
  breaks: string;
  file: string;
  change: Change;
  /** The tests that must fail, as files. */
  tests: readonly string[];
}

const SIMULATION = 'test/simulation/simulation.test.ts';

/** The given HDFS, where an upload makes the directories that it lacks. */
const MAKING_PARENTS = `new Proxy(given[0].hdfs, { get: (hdfs, name) =>
  name === 'upload' ? (from, to) => hdfs.upload(from, to, { createParent: true }) : hdfs[name].bind(hdfs) })`;

/** What the tests of the lake must notice, whatever else they do. A mutant that no test catches is a promise that nobody watches. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'no-fencing',
    breaks: 'a loader that was replaced can commit nothing',
    file: 'activities/load/takeover.ts',
    change: { wrapImport: 'removeSafely', by: '' },
    tests: [SIMULATION],
  },
  {
    name: 'no-length-check',
    breaks: 'an upload that was cut short is noticed',
    file: 'activities/hdfs/client.ts',
    change: { wrap: 'checkLength', by: '' },
    tests: ['test/activities/hdfs/failures.test.ts'],
  },
  {
    name: 'early-offset-commit',
    breaks: 'Kafka is never told that red has what it does not have yet',
    file: 'activities/load/partition-loader.ts',
    change: {
      wrap: '#commitSpool',
      by: 'const spool = this.#spool; if (spool) this.#options.events.committed(spool.to, spool.lastAppendedAtMs ?? 0); return original();',
    },
    tests: [SIMULATION],
  },
  {
    name: 'lost-rename-is-failure',
    breaks: 'a rename whose answer was lost is looked after, and not taken for one that failed',
    file: 'activities/hdfs/safe-changes.ts',
    change: { wrap: 'renameSafely', by: 'const [store, source, target] = given; await store.rename(source, target);' },
    tests: ['test/activities/hdfs/failures.test.ts', SIMULATION],
  },
  {
    name: 'lost-rename-is-success',
    breaks: 'a rename whose answer was lost is not taken for one that has happened',
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
    breaks: 'a compaction removes the parts when the union has its name, and not before',
    file: 'activities/compact/compaction.ts',
    change: { swap: ['renameSafely', 'removeSafely'], in: 'unite' },
    tests: [SIMULATION],
  },
  {
    name: 'nested-tiles-read',
    breaks: 'parts that lie beside their union are not read as well',
    file: 'activities/red/list-tiles.ts',
    change: { wrap: 'listReadableTiles', by: 'return listTiles(...given);' },
    tests: [SIMULATION],
  },
  {
    name: 'no-deduplication',
    breaks: 'yellow has one row for each message id',
    file: 'activities/yellow/sql/tables.sql',
    change: { dropStatement: 'DELETE FROM chat' },
    tests: ['test/activities/yellow/refinement.test.ts', 'test/golden/golden.test.ts'],
  },
  {
    name: 'acknowledged-too-soon',
    breaks: 'a line counts as collected when Kafka has acknowledged it, and not before',
    file: 'activities/collect/send-queue.ts',
    change: {
      wrap: '#send',
      by: 'for (const waiting of await original(...given)) waiting.acknowledged = true; return [];',
    },
    tests: ['test/activities/collect/line-producer.test.ts'],
  },
  {
    name: 'spill-forgotten',
    breaks: 'what was put on disk while Kafka was away is sent when it is back',
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
    breaks: 'coverage tells when a connection was lost',
    file: 'activities/irc/room.ts',
    change: { wrap: '#report', by: "if (given[0] !== 'loss') original(...given);" },
    tests: ['test/activities/irc/room.test.ts'],
  },
  {
    name: 'windows-told-too-soon',
    breaks: 'a window is told once all that was said in it has come, and not before',
    file: 'activities/collect/tallies.ts',
    change: { wrap: 'takeSettled', by: 'return original(given[0]);' },
    tests: ['test/activities/collect/tallies.test.ts'],
  },
  {
    name: 'loss-dated-to-its-discovery',
    breaks: 'a loss is dated to what had provably come',
    file: 'activities/irc/delivery.ts',
    change: { wrap: 'completeUpToMs', by: 'return Math.max(original(), Date.now());' },
    tests: ['test/activities/irc/delivery.test.ts'],
  },
  {
    name: 'half-answers-handed-on',
    breaks: 'a client of Kafka comes back from an answer that broke off',
    file: 'activities/kafka/socket.ts',
    change: { wrap: 'deliverWholeAnswers', by: '' },
    tests: ['test/faults/kafka-through-faults.test.ts'],
  },
  {
    name: 'refinement-not-fenced',
    breaks: 'a refinement that was given up writes over no newer one',
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
    breaks: 'a change that was sent is not sent again because a route went',
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
    breaks: 'an hour whose manifest cannot be read is not made anew without its late lines',
    file: 'activities/yellow/manifest.ts',
    change: { wrap: 'readManifest', by: 'return original(given[0], given[1], given[2]).catch(() => undefined);' },
    tests: ['test/activities/yellow/refinement.test.ts'],
  },
];
