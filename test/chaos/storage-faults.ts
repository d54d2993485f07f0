import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import kafkajs from 'kafkajs';
import { HdfsError } from '../../activities/hdfs/error.ts';
import { TOPICS } from '../integration/default-topics.ts';
import { hadoopJars } from '../../infra/local/builds.ts';
import { silentProgress } from '../../infra/local/progress.ts';
import { ownerOf } from '../../infra/local/hdfs-server.ts';
import { javaProgram } from '../../infra/local/java.ts';
import type { Random } from '../../infra/twitch-simulator/random.ts';
import type { ChaosFault, End } from './faults.ts';
import { NotDone, notDoneIf } from './not-done.ts';
import { copyRecords } from './replay.ts';
import type { Stage } from './stage.ts';
import { compactNow } from './compacting.ts';

const run = promisify(execFile);
const noSmallDisk = new NotDone('only root can mount a small disk', true);
const GARBAGE = ['', '{', 'null', '{"intervalMinutes": "soon"}', '\0\0\0'];

/** Faults of disks, files, HDFS and Kafka's log. */
export const storageFaults: Record<string, ChaosFault> = {
  'disk-full': {
    kind: 'other',
    seconds: 12,
    duties: ['load', 'refine'],
    begin: async ({ scratchDisk }) => {
      if (scratchDisk === undefined) return noSmallDisk;
      return scratchDisk.fill() ? () => scratchDisk.empty() : new NotDone('the disk is read-only');
    },
  },
  'disk-read-only': {
    kind: 'other',
    seconds: 12,
    duties: ['load', 'refine'],
    begin: async ({ scratchDisk }) => {
      if (scratchDisk === undefined) return noSmallDisk;
      // Remounting fails while a file on it is being written.
      for (let attempt = 0; attempt < 100; attempt++) {
        if (scratchDisk.makeReadOnly()) return () => void scratchDisk.makeWritable();
        await delay(20);
      }
      return new NotDone('a file on the disk was always being written');
    },
  },
  'hdfs-safe-mode': {
    kind: 'other',
    seconds: 12,
    duties: ['load', 'refine'],
    begin: async (stage) => {
      const isIn = await safeMode(stage, 'enter');
      const leave = async () => void (await safeMode(stage, 'leave'));
      if (isIn) return leave;
      // Perhaps only the answer was lost.
      await leave();
      return new NotDone('dfsadmin failed');
    },
  },
  'segment-replayed': {
    kind: 'other',
    seconds: 0,
    duties: ['load'],
    begin: async ({ kafka }, random) => {
      const of = { partition: random.between(0, 3), records: 200 };
      return (await notDoneIf(isOfKafka, () => copyRecords(kafka, TOPICS.chat, of))) ?? (() => {});
    },
  },
  'compaction-under-way': {
    kind: 'other',
    seconds: 0,
    duties: ['load', 'refine'],
    begin: async (stage) => {
      return (await notDoneIf(isHdfsAway, () => compactNow(stage))) ?? (() => {});
    },
  },
  'parameters-garbled': {
    kind: 'other',
    seconds: 12,
    duties: ['collect-a', 'collect-b', 'refine', 'poll'],
    begin: (stage, random) => corrupt(stage, random),
  },
};

function isOfKafka(error: unknown): boolean {
  return error instanceof kafkajs.KafkaJSError;
}

function isHdfsAway(error: unknown): boolean {
  return error instanceof HdfsError && error.retryable;
}

/**
 * A NameNode that was killed meanwhile does not answer, and leaves safe mode when it is back.
 * @returns false if the exit code of `dfsadmin` reports a failure
 */
async function safeMode({ directory }: Stage, verb: 'enter' | 'leave'): Promise<boolean> {
  const conf = join(directory, 'servers', 'hdfs', 'conf');
  const args = ['-Xmx128m', '-cp', `${conf}:${join(await hadoopJars(silentProgress), '*')}`];
  args.push('org.apache.hadoop.hdfs.tools.DFSAdmin', '-conf', join(conf, 'site.xml'), '-safemode', verb);
  const env = { ...process.env, HADOOP_USER_NAME: ownerOf(join(directory, 'servers', 'hdfs')) };
  const java = javaProgram('Install a Java runtime.');
  return run(java, args, { env, timeout: 60_000 }).then(
    () => true,
    () => false,
  );
}

/**
 * Simulates a faulty manual edit of a parameter file, which is corrected later. Secrets are excluded: corrupting those requires a new
 * login.
 */
async function corrupt({ parameterDirectory }: Stage, random: Random): Promise<End | NotDone> {
  const files = (await readdir(parameterDirectory, { recursive: true }))
    .filter((name) => name.endsWith('.json') && !name.startsWith('secrets'))
    .sort();
  if (files.length === 0) return new NotDone('the parameter store has no files');
  const file = join(parameterDirectory, random.pick(files));
  const before = await readFile(file);
  const written = Buffer.from(random.pick(GARBAGE));
  await writeFile(file, written);
  return async () => {
    // What the pipeline has written since then is correct.
    if ((await readFile(file).catch(() => undefined))?.equals(written)) await writeFile(file, before);
  };
}
