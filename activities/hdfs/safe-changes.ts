import type { Hdfs } from './hdfs.ts';
import { HdfsError, isHdfsError } from './error.ts';

/**
 * Changes that survive a lost answer: they look at the paths, and retry if that is safe. No other process may use the source (or the name),
 * so its presence tells what happened. If a first change arrives after its retry, it finds its source gone.
 */
const MAX_ATTEMPTS = 5;

/**
 * Renames `from` to `to`, and never overwrites.
 * @param length of the source, in bytes; a target with another length is not ours
 * @throws HdfsError `exists`, `fenced`; `lost` if the outcome stays unclear
 */
export async function renameSafely(hdfs: Hdfs, from: string, to: string, length: number): Promise<void> {
  await changeSafely(
    () => hdfs.rename(from, to),
    async () => {
      const target = await hdfs.status(to);
      const source = await hdfs.status(from);
      if (target !== undefined) return source === undefined && target.length === length ? 'done' : 'conflict';
      return source === undefined ? 'conflict' : 'not done';
    },
  );
}

/** Renames `from` to `to`, and replaces an existing file. */
export async function replaceSafely(hdfs: Hdfs, from: string, to: string): Promise<void> {
  await changeSafely(
    () => hdfs.replace(from, to),
    async () => {
      if ((await hdfs.status(from)) !== undefined) return 'not done';
      return (await hdfs.status(to)) === undefined ? 'conflict' : 'done';
    },
  );
}

/** Removes `path` recursively. The name must never be used again. */
export async function removeSafely(hdfs: Hdfs, path: string): Promise<void> {
  await changeSafely(
    () => hdfs.remove(path, { recursive: true }),
    async () => ((await hdfs.status(path)) === undefined ? 'done' : 'not done'),
  );
}

/** Creates a directory that may exist and that no process removes. */
export async function mkdirsSafely(hdfs: Hdfs, path: string): Promise<void> {
  await changeSafely(
    () => hdfs.mkdirs(path),
    async () => ((await hdfs.status(path)) === undefined ? 'not done' : 'done'),
  );
}

/**
 * Sends the change. If its answer is lost, it looks: `done` succeeds, `not done` retries, `conflict` throws the error. It also looks after
 * an error of a retry, because the first change may have caused it.
 */
async function changeSafely(
  change: () => Promise<unknown>,
  look: () => Promise<'done' | 'not done' | 'conflict'>,
): Promise<void> {
  let wasLost = false;
  for (let attempt = 1; ; attempt++) {
    try {
      await change();
      return;
    } catch (error) {
      wasLost ||= isHdfsError(error, 'lost');
      if (!wasLost || !(error instanceof HdfsError)) throw error;
      const found = await look();
      if (found === 'done') return;
      if (found === 'conflict' || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}
