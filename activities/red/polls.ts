import type { Hour } from '../../workflows/hour.ts';
import type { FileStatus, Hdfs } from '../hdfs/hdfs.ts';
import { baseName } from '../hdfs/paths.ts';

/** `<root>/red/streams/date=2026-11-25` */
export const pollsDirectory = (root: string, day: string): string => `${root}/red/streams/date=${day}`;

/** The file of one poll: `<polls directory>/poll-2026-11-25T14-03-07-123Z.parquet`. HDFS allows no colon in a name. */
export function pollPath(root: string, polledAt: Date): string {
  const time = polledAt.toISOString();
  return `${pollsDirectory(root, time.slice(0, 10))}/poll-${time.replaceAll(/[:.]/g, '-')}.parquet`;
}

const POLL_HOUR = /^poll-(\d{4}-\d{2}-\d{2}T\d{2})/;

/** The hours before `before` that have polls. */
export async function listPollHours(hdfs: Hdfs, root: string, before: Hour): Promise<Set<Hour>> {
  const hours = new Set<Hour>();
  for (const { path } of await hdfs.list(`${root}/red/streams`)) {
    if (baseName(path) > `date=${before.slice(0, 10)}`) continue;
    for (const poll of await hdfs.list(path)) {
      const [, hour] = POLL_HOUR.exec(baseName(poll.path)) ?? [];
      if (hour !== undefined && hour < before) hours.add(hour);
    }
  }
  return hours;
}

/** The polls of one hour, oldest first. */
export async function listPolls(hdfs: Hdfs, root: string, hour: Hour): Promise<FileStatus[]> {
  const polls = await hdfs.list(pollsDirectory(root, hour.slice(0, 10)));
  return polls.filter((file) => baseName(file.path).startsWith(`poll-${hour}`));
}
