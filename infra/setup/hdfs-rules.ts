import type { Hdfs } from '../../activities/hdfs/hdfs.ts';
import { isHdfsError } from '../../activities/hdfs/error.ts';
import type { HdfsErrorKind } from '../../activities/hdfs/error.ts';
import { Refusal } from '../../common/refusal.ts';

/**
 * Tries the rules of HDFS that "stored exactly once" depends on. A gateway in front of HDFS, or another file system with its API, may not
 * keep them.
 * @throws Refusal 78 if a rule is broken; HdfsError if HDFS does not answer
 */
export async function checkHdfsRules(hdfs: Hdfs, root: string): Promise<void> {
  const directory = `${root}/.scratch/rules-${crypto.randomUUID()}`;
  const [one, other] = [`${directory}/one`, `${directory}/other`];
  try {
    await mustFail('create a file only if its directory exists', 'fenced', () =>
      hdfs.writeText(one, 'x', { createParent: false }),
    );
    for (const file of [one, other]) await hdfs.writeText(file, 'x', { createParent: true });
    await mustFail('rename a file only if the new name is free', 'exists', () => hdfs.rename(one, other));
    await hdfs.replace(one, other);
  } catch (error) {
    if (!isHdfsError(error, 'invalid')) throw error;
    throw new Refusal(78, error.message, error);
  } finally {
    await hdfs.remove(directory, { recursive: true }).catch(() => {});
  }
}

async function mustFail(rule: string, kind: HdfsErrorKind, change: () => Promise<void>): Promise<void> {
  try {
    await change();
  } catch (error) {
    if (isHdfsError(error, kind)) return;
    throw error;
  }
  throw new Refusal(
    78,
    `Expected HDFS to ${rule}, but it did it anyway. Lines could be stored twice. Set WEBHDFS_URL to the NameNodes of HDFS 3, not to a gateway.`,
  );
}
