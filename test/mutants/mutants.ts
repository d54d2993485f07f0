/** The product, broken on purpose in one place. */
export interface Mutant {
  name: string;
  /** The promise that it breaks, in words. */
  breaks: string;
  file: string;
  /** Stands in the file exactly once. */
  find: string;
  replace: string;
  /** The tests that must fail, as files. */
  tests: readonly string[];
}

const simulation = 'test/simulation/simulation.test.ts';

/** What the tests of the lake must notice, whatever else they do. A mutant that no test catches is a promise that nobody watches. */
export const mutants: readonly Mutant[] = [
  {
    name: 'no-fencing',
    breaks: 'a loader that was replaced can commit nothing',
    file: 'activities/load/takeover.ts',
    find: 'if (other.path !== epochDirectory) await removeLooking(hdfs, other.path);',
    replace: 'if (other.path === epochDirectory) await removeLooking(hdfs, `${other.path}-none`);',
    tests: [simulation],
  },
  {
    name: 'no-length-check',
    breaks: 'an upload that was cut short is noticed',
    file: 'activities/hdfs/client.ts',
    find: "checkLength(path, 'the upload', body.length, (await status(path))?.length);",
    replace: 'await status(path);',
    tests: ['test/activities/hdfs/failures.test.ts'],
  },
  {
    name: 'early-offset-commit',
    breaks: 'Kafka is never told that red has what it does not have yet',
    file: 'activities/load/partition-loader.ts',
    find: '      await writeTile(spool, file);\n',
    replace: '      events.committed(spool.to, spool.lastAppendedAtMs ?? 0);\n      await writeTile(spool, file);\n',
    tests: [simulation],
  },
  {
    name: 'lost-rename-is-failure',
    breaks: 'a rename whose answer was lost is looked after, and not taken for one that failed',
    file: 'activities/hdfs/looking.ts',
    find: 'if (!wasLost || !(error instanceof HdfsError)) throw error;',
    replace: 'if (wasLost || !(error instanceof HdfsError)) throw error;',
    tests: ['test/activities/hdfs/failures.test.ts', simulation],
  },
  {
    name: 'lost-rename-is-success',
    breaks: 'a rename whose answer was lost is not taken for one that has happened',
    file: 'activities/hdfs/looking.ts',
    find: 'const found = await look();',
    replace: "await look();\n      const found: 'done' | 'not yet' | 'otherwise' = 'done';",
    tests: [simulation],
  },
  {
    name: 'parents-made-again',
    breaks: 'an upload of a loader that was replaced finds no directory',
    file: 'activities/load/commit.ts',
    find: 'commit.hdfs.upload(localFile.path, path, { createParent: false }),',
    replace: 'commit.hdfs.upload(localFile.path, path, { createParent: true }),',
    tests: [simulation],
  },
  {
    name: 'parts-removed-first',
    breaks: 'a compaction removes the parts when the union has its name, and not before',
    file: 'activities/compact/compaction.ts',
    find: '  await renameLooking(hdfs, uploaded, `${tableDirectory(root, table)}/${formatTile(union)}`, size);\n  for (const part of parts) await removeLooking(hdfs, part.path);',
    replace:
      '  for (const part of parts) await removeLooking(hdfs, part.path);\n  await renameLooking(hdfs, uploaded, `${tableDirectory(root, table)}/${formatTile(union)}`, size);',
    tests: [simulation],
  },
  {
    name: 'nested-tiles-read',
    breaks: 'parts that lie beside their union are not read as well',
    file: 'activities/red/list-tiles.ts',
    find: 'return tiles.filter((tile) => !nested.has(tile));',
    replace: 'return tiles.filter((tile) => !nested.has(tile) || true);',
    tests: [simulation],
  },
  {
    name: 'no-deduplication',
    breaks: 'yellow has one row for each message id',
    file: 'activities/yellow/sql/tables.sql',
    find: '(PARTITION BY message_id ORDER BY chat.appended_at, kafka_partition, kafka_offset) > 1',
    replace: '(PARTITION BY message_id ORDER BY chat.appended_at, kafka_partition, kafka_offset) > 1000',
    tests: ['test/activities/yellow/refinement.test.ts', 'test/golden/golden.test.ts'],
  },
  {
    name: 'acknowledged-too-soon',
    breaks: 'a line counts as collected when Kafka has acknowledged it, and not before',
    file: 'activities/collect/send-queue.ts',
    find: "      log.warn('Kafka did not acknowledge a batch; it is kept and sent again', facts);\n      return part;",
    replace:
      "      log.warn('Kafka did not acknowledge a batch; it is kept and sent again', facts);\n      for (const waiting of part) waiting.acknowledged = true;\n      return [];",
    tests: ['test/activities/collect/line-producer.test.ts'],
  },
  {
    name: 'spill-forgotten',
    breaks: 'what was put on disk while Kafka was away is sent when it is back',
    file: 'activities/collect/spilling-queue.ts',
    find: 'for (const line of lines) this.#pushToMemory(Object.assign(line, { reading }));',
    replace: 'for (const line of lines.slice(1)) this.#pushToMemory(Object.assign(line, { reading }));',
    tests: ['test/activities/collect/line-producer-spill.test.ts'],
  },
  {
    name: 'loss-untold',
    breaks: 'coverage tells when a connection was lost',
    file: 'activities/irc/room.ts',
    find: "    if (kind === 'loss') this.wish.toldReason = reason;",
    replace: "    if (kind === 'loss') return;",
    tests: ['test/activities/irc/room.test.ts'],
  },
  {
    name: 'windows-told-too-soon',
    breaks: 'a window is told once all that was said in it has come, and not before',
    file: 'activities/collect/tallies.ts',
    find: 'Math.min(nowMs, heardUpToMs, ',
    replace: 'Math.min(nowMs, ',
    tests: ['test/activities/collect/tallies.test.ts'],
  },
  {
    name: 'loss-dated-to-its-discovery',
    breaks: 'a loss is dated to what had provably come',
    file: 'activities/irc/delivery.ts',
    find: 'return this.#provedUpToMs ?? this.#lineAtMs - this.#delayMs;',
    replace: 'return this.#provedUpToMs ?? Date.now() - this.#delayMs;',
    tests: ['test/activities/irc/delivery.test.ts'],
  },
  {
    name: 'half-answers-handed-on',
    breaks: 'a client of Kafka comes back from an answer that broke off',
    file: 'activities/kafka/answered-socket.ts',
    find: '    giveWholeAnswers(socket);\n',
    replace: '',
    tests: ['test/faults/kafka-through-faults.test.ts'],
  },
  {
    name: 'refinement-not-fenced',
    breaks: 'a refinement that was given up writes over no newer one',
    file: 'activities/hdfs/fence.ts',
    find: 'if (path !== own && baseName(path).startsWith(prefix)) await removeLooking(hdfs, path);',
    replace: 'if (path === own && baseName(path).startsWith(prefix)) await hdfs.status(path);',
    tests: [simulation],
  },
  {
    name: 'open-hour-in-line',
    breaks: 'a backfill does not make the open hour wait',
    file: 'workflows/priorities.ts',
    find: 'if (hour >= open) return OPEN;',
    replace: 'if (hour >= open) return BACKFILL;',
    tests: ['test/workflows/queues.test.ts'],
  },
  {
    name: 'request-forgotten',
    breaks: 'a report that is requested while it is published is published once more',
    file: 'workflows/publish-report.ts',
    find: '() => void (isRequested = true)',
    replace: '() => {}',
    tests: ['test/workflows/refinement.test.ts'],
  },
];
