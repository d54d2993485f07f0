import type { Hdfs } from './hdfs.ts';
import { HdfsError, isHdfsError } from './error.ts';

/**
 * Changes whose answer may be lost, done by looking. Each is for a source (or a name) that nobody else uses, so that what is found there
 * tells what has happened. A change is only sent again where that cannot do harm; a late first one then finds its source gone.
 */
const LOOKS = 5;

/**
 * Renames `from` to `to`, never onto something, and finds out what has happened when the answer is lost.
 * @param length of the source, in bytes: what is found under the target's name counts as ours only with it
 * @throws HdfsError `exists`, `fenced`; `lost` when it stays unclear
 */
export async function renameSafely(hdfs: Hdfs, from: string, to: string, length: number): Promise<void> {
  await looking(
    () => hdfs.rename(from, to),
    async () => {
      const target = await hdfs.status(to);
      const source = await hdfs.status(from);
      if (target !== undefined) return source === undefined && target.length === length ? 'done' : 'otherwise';
      return source === undefined ? 'otherwise' : 'not yet';
    },
  );
}

/** {@link renameSafely} for a rename that replaces a file with the target's name. */
export async function replaceSafely(hdfs: Hdfs, from: string, to: string): Promise<void> {
  await looking(
    () => hdfs.replace(from, to),
    async () => {
      if ((await hdfs.status(from)) !== undefined) return 'not yet';
      return (await hdfs.status(to)) === undefined ? 'otherwise' : 'done';
    },
  );
}

/** Removes what is at `path`, of a name that is never used again. Resolves when nothing is there. */
export async function removeSafely(hdfs: Hdfs, path: string): Promise<void> {
  await looking(
    () => hdfs.remove(path, { recursive: true }),
    async () => ((await hdfs.status(path)) === undefined ? 'done' : 'not yet'),
  );
}

/** Makes a directory that may exist already and that nobody removes. */
export async function mkdirsSafely(hdfs: Hdfs, path: string): Promise<void> {
  await looking(
    () => hdfs.mkdirs(path),
    async () => ((await hdfs.status(path)) === undefined ? 'not yet' : 'done'),
  );
}

/**
 * Sends the change; when its answer is lost it looks: `done` is the yes that was lost, `not yet` sends it again, `otherwise` leaves the
 * error to the caller. An error of a repeated change is looked at as well, because the first one may have made it fail.
 */
async function looking(
  change: () => Promise<unknown>,
  look: () => Promise<'done' | 'not yet' | 'otherwise'>,
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
      if (found === 'otherwise' || attempt === LOOKS) throw error;
    }
  }
}
