import { z } from 'zod';
import type { FileStatus } from './hdfs.ts';
import type { HdfsErrorKind } from './error.ts';

/** Whether the request asks for something or changes something: what an unclear answer means depends on it. */
export type Purpose = 'read' | 'change';

/** An HTTP answer of a NameNode or DataNode: its status and, where it was JSON, its parsed body. */
export interface Answer {
  status: number;
  body: unknown;
}

/** What an answer other than a yes means, with the server's words. */
interface Refusal {
  kind: HdfsErrorKind;
  exception: string | undefined;
  message: string;
}

/** Of the server's words, in characters. */
const LONGEST_QUOTE = 500;

/** What an answer means that does not say whether something was done. */
const unclear: Record<Purpose, HdfsErrorKind> = { read: 'unavailable', change: 'lost' };

const remoteException = z.object({
  RemoteException: z.object({ exception: z.string(), message: z.string().catch('') }),
});

const fileStatus = z.object({
  FileStatus: z.object({
    type: z.enum(['FILE', 'DIRECTORY', 'SYMLINK']),
    length: z.int().nonnegative(),
    modificationTime: z.number(),
  }),
});

/**
 * The meaning of Hadoop's exceptions, by the last part of their class name. WebHDFS answers nearly all of them with 403, so that only the
 * name tells them apart. `FileNotFoundException` is not here: it means something else to a read than to a change. One that is not here
 * (a quota that was met in the middle of an upload, a DataNode that lost its own connection) leaves open what was done: `lost` to a change.
 */
const kindByException = new Map(
  Object.entries<HdfsErrorKind>({
    // Not now: nothing was changed.
    SafeModeException: 'unavailable',
    RetriableException: 'unavailable',
    StandbyException: 'unavailable',
    ServerTooBusyException: 'unavailable',
    // The name is taken.
    FileAlreadyExistsException: 'exists',
    AlreadyBeingCreatedException: 'exists',
    ParentNotDirectoryException: 'exists',
    PathIsNotEmptyDirectoryException: 'exists',
    // Never.
    AccessControlException: 'forbidden',
    SecurityException: 'forbidden',
    InvalidPathException: 'invalid',
    IllegalArgumentException: 'invalid',
    UnsupportedOperationException: 'invalid',
  }),
);

/** A plain `IOException` that only its text tells apart: the NameNode has no DataNode to redirect to, and so nothing was begun. */
const NO_DATA_NODE = /failed to find datanode/i;

/**
 * What an answer that is not a yes means. An answer without a Hadoop exception comes from something in between, which may have passed the
 * request on before: to a change it means `lost`.
 */
export function refusal(answer: Answer, purpose: Purpose): Refusal {
  const parsed = remoteException.safeParse(answer.body);
  if (!parsed.success) {
    const message = `status ${answer.status} without a Hadoop exception`;
    return { kind: unclear[purpose], exception: undefined, message };
  }
  const { exception, message } = parsed.data.RemoteException;
  const firstLine = message.slice(0, LONGEST_QUOTE).split('\n', 1).join();
  return {
    kind: kindOf(exception, message, purpose),
    exception: exception.slice(0, LONGEST_QUOTE),
    message: firstLine,
  };
}

function kindOf(exception: string, message: string, purpose: Purpose): HdfsErrorKind {
  if (exception === 'FileNotFoundException') return purpose === 'change' ? 'fenced' : 'absent';
  if (NO_DATA_NODE.test(message)) return 'unavailable';
  return kindByException.get(exception) ?? unclear[purpose];
}

/** The boolean of a `{"boolean":…}` answer; `undefined` for any other. */
export function booleanOf(answer: Answer): boolean | undefined {
  const parsed = z.object({ boolean: z.boolean() }).safeParse(answer.body);
  return parsed.success ? parsed.data.boolean : undefined;
}

/** The status in an answer to GETFILESTATUS; `undefined` for any other. */
export function fileStatusOf(answer: Answer, path: string): FileStatus | undefined {
  const parsed = fileStatus.safeParse(answer.body);
  if (!parsed.success) return undefined;
  const { type, length, modificationTime } = parsed.data.FileStatus;
  return {
    path,
    type: type === 'DIRECTORY' ? 'DIRECTORY' : 'FILE',
    length,
    modificationTimeMs: modificationTime,
  };
}

const listing = z.object({
  DirectoryListing: z.object({
    partialListing: z.object({
      FileStatuses: z.object({
        FileStatus: z.array(z.object({ pathSuffix: z.string(), ...fileStatus.shape.FileStatus.shape })),
      }),
    }),
    remainingEntries: z.number(),
  }),
});

/** One page of an answer to LISTSTATUS_BATCH; `undefined` for any other. */
export function listingOf(
  answer: Answer,
  path: string,
): { entries: FileStatus[]; names: string[]; more: boolean } | undefined {
  const parsed = listing.safeParse(answer.body);
  if (!parsed.success) return undefined;
  const { partialListing, remainingEntries } = parsed.data.DirectoryListing;
  const found = partialListing.FileStatuses.FileStatus;
  const entries = found.map(({ pathSuffix, type, length, modificationTime }) => ({
    path: `${path === '/' ? '' : path}/${pathSuffix}`,
    type: type === 'DIRECTORY' ? ('DIRECTORY' as const) : ('FILE' as const),
    length,
    modificationTimeMs: modificationTime,
  }));
  return { entries, names: found.map((entry) => entry.pathSuffix), more: remainingEntries > 0 };
}
