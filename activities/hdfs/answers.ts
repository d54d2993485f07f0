import { z } from 'zod';
import type { FileStatus } from './hdfs.ts';
import type { HdfsErrorKind } from './error.ts';

/** Decides what an unclear answer means. */
export type Purpose = 'read' | 'change';

/** An HTTP answer of a NameNode or DataNode. The body is parsed if it is JSON. */
export interface Answer {
  status: number;
  body: unknown;
}

/** The meaning of an answer other than success, and the server's text. */
interface Refusal {
  kind: HdfsErrorKind;
  exception: string | undefined;
  message: string;
  /** The delegation token is the reason. */
  isTokenRefused?: true;
}

/** Of the server's text, in characters. */
const LONGEST_QUOTE = 500;

/** The meaning of an answer that does not say whether the change happened. */
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
 * The meaning of Hadoop's exceptions, by the last part of their class name. WebHDFS answers nearly all of them with 403, so only the name
 * distinguishes them. `FileNotFoundException` is not in the list, because it means different things to a read and to a change. Any other
 * exception (a quota reached in the middle of an upload, a DataNode that lost its own connection) leaves a change `lost`.
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

/** A plain `IOException`, recognised by its text: the NameNode has no DataNode to redirect to, so nothing has started. */
const NO_DATA_NODE = /failed to find datanode/i;

/** A NameNode with Kerberos answers 401 to a request without a login. */
const NO_LOGIN =
  'status 401: it demands a login. Set HDFS_DELEGATION_TOKEN_FILE to a file with a delegation token, or HDFS_DELEGATION_TOKEN_COMMAND to a program that prints one, as docs/deploying.md describes';

/** The delegation token has expired, was cancelled, or is not whole. It may be renewed just now. */
function isBadToken(exception: string, message: string): boolean {
  return exception === 'InvalidToken' || (exception === 'SecurityException' && BAD_TOKEN.test(message));
}
const BAD_TOKEN = /SecretManager\$InvalidToken|user group information: java\.io\.EOFException/;
const RENEW = 'Renew the token in HDFS_DELEGATION_TOKEN_FILE. HDFS_DELEGATION_TOKEN_COMMAND is run again by itself';

/**
 * A DataNode whose name server does not know the NameNode just now, as while containers start. It cannot make its own client then
 * (`SecurityUtil.buildTokenService`), so nothing has started.
 */
const NO_NAME_NODE = /^java\.net\.UnknownHostException\b/;

/**
 * The meaning of an answer other than success. An answer without a Hadoop exception comes from a proxy, which may have forwarded the
 * request: a change is `lost`.
 */
export function refusal(answer: Answer, purpose: Purpose): Refusal {
  const parsed = remoteException.safeParse(answer.body);
  if (!parsed.success) {
    if (answer.status === 401) return { kind: 'forbidden', exception: undefined, message: NO_LOGIN };
    const message = `status ${answer.status} without a Hadoop exception`;
    return { kind: unclear[purpose], exception: undefined, message };
  }
  const { exception, message } = parsed.data.RemoteException;
  if (isBadToken(exception, message))
    return {
      kind: 'unavailable',
      exception: exception.slice(0, LONGEST_QUOTE),
      message: `${quoted(message)}. ${RENEW}`,
      isTokenRefused: true,
    };
  return {
    kind: kindOf(exception, message, purpose),
    exception: exception.slice(0, LONGEST_QUOTE),
    message: quoted(message),
  };
}

function quoted(message: string): string {
  return message.slice(0, LONGEST_QUOTE).split('\n', 1).join();
}

function kindOf(exception: string, message: string, purpose: Purpose): HdfsErrorKind {
  if (exception === 'FileNotFoundException') return purpose === 'change' ? 'fenced' : 'absent';
  if (NO_DATA_NODE.test(message)) return 'unavailable';
  if (exception === 'IllegalArgumentException' && NO_NAME_NODE.test(message)) return 'unavailable';
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
