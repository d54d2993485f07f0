import type { Hour } from '../../workflows/hour.ts';
import type { FileStatus, Hdfs } from '../hdfs/hdfs.ts';
import { baseName } from '../hdfs/paths.ts';

/** `<root>/red/streams/date=2026-11-25` */
const dayDirectory = (root: string, day: string): string => `${root}/red/streams/date=${day}`;

/** The file of one poll: `<day directory>/poll-2026-11-25T14-03-07-123Z.parquet`. HDFS allows no colon in a name. */
export function pollPath(root: string, polledAt: Date): string {
  const time = polledAt.toISOString();
  return `${dayDirectory(root, time.slice(0, 10))}/poll-${time.replaceAll(/[:.]/g, '-')}.parquet`;
}

/** The polls of one hour, oldest first. */
export async function listPolls(hdfs: Hdfs, root: string, hour: Hour): Promise<FileStatus[]> {
  const polls = await hdfs.list(dayDirectory(root, hour.slice(0, 10)));
  return polls.filter((file) => baseName(file.path).startsWith(`poll-${hour}`));
}
