import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { TOPICS } from '../../activities/kafka/topics.ts';
import { hadoopJars } from '../../infra/local/builds.ts';
import { silentProgress } from '../../infra/local/progress.ts';
import { javaProgram } from '../../infra/local/programs.ts';
import type { Random } from '../../infra/twitch-simulator/random.ts';
import type { ChaosFault } from './faults.ts';
import { copyRecords } from './replay.ts';
import type { Stage } from './stage.ts';
import { compactNow } from './compacting.ts';

const run = promisify(execFile);
const garbage = ['', '{', 'null', '{"intervalMinutes": "soon"}', '\0\0\0'];

/** What happens to disks, files, HDFS and the log. */
export const storageFaults: Record<string, ChaosFault> = {
  'disk-full': {
    kind: 'other',
    seconds: 12,
    duties: ['load', 'refine'],
    begin: async ({ scratchDisk }) => {
      scratchDisk?.fill();
      return () => scratchDisk?.empty();
    },
  },
  'disk-read-only': {
    kind: 'other',
    seconds: 12,
    duties: ['load', 'refine'],
    begin: async ({ scratchDisk }) => {
      // It cannot be made so while a file on it is being written.
      for (let attempt = 0; attempt < 100 && scratchDisk?.makeReadOnly() === false; attempt++) await delay(20);
      return () => void scratchDisk?.makeWritable();
    },
  },
  'hdfs-safe-mode': {
    kind: 'other',
    seconds: 12,
    duties: ['load', 'refine'],
    begin: async (stage) => {
      await safeMode(stage, 'enter');
      return () => safeMode(stage, 'leave');
    },
  },
  'segment-replayed': {
    kind: 'other',
    seconds: 0,
    duties: ['load'],
    begin: async ({ kafka }, random) => {
      await copyRecords(kafka, TOPICS.chat, { partition: random.between(0, 3), records: 200 });
      return () => {};
    },
  },
  'compaction-under-way': {
    kind: 'other',
    seconds: 0,
    duties: ['load', 'refine'],
    begin: async (stage) => {
      await compactNow(stage);
      return () => {};
    },
  },
  'parameters-garbled': {
    kind: 'other',
    seconds: 12,
    duties: ['collect-a', 'collect-b', 'refine'],
    begin: (stage, random) => garble(stage, random),
  },
};

/** A NameNode that was killed meanwhile answers nothing, and leaves safe mode by itself when it is back. */
async function safeMode({ directory }: Stage, verb: 'enter' | 'leave'): Promise<void> {
  const conf = join(directory, 'servers', 'hdfs', 'conf');
  const args = ['-Xmx128m', '-cp', `${conf}:${join(await hadoopJars(silentProgress), '*')}`];
  args.push('org.apache.hadoop.hdfs.tools.DFSAdmin', '-conf', join(conf, 'site.xml'), '-safemode', verb);
  const env = { ...process.env, HADOOP_USER_NAME: 'hdfs' };
  await run(javaProgram('Install a Java runtime.'), args, { env, timeout: 60_000 }).catch(() => {});
}

/** Somebody edits a file of the store by hand, and mends it later. Not the secrets: who has garbled those has to log in anew. */
async function garble({ parameterDirectory }: Stage, random: Random): Promise<() => Promise<void>> {
  const files = (await readdir(parameterDirectory, { recursive: true }))
    .filter((name) => name.endsWith('.json') && !name.startsWith('secrets'))
    .sort();
  const file = join(parameterDirectory, random.pick(files));
  const before = await readFile(file);
  const written = Buffer.from(random.pick(garbage));
  await writeFile(file, written);
  return async () => {
    // What the pipeline itself has written since is right.
    if ((await readFile(file)).equals(written)) await writeFile(file, before);
  };
}
