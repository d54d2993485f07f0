import { StoreFault } from './fault.ts';

const LONGEST_PATH = 512;
const LONGEST_SEGMENT = 128;
const SEGMENT_SHAPE = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/;
/** Reserved: otherwise the directory of `a.json/b` and the file of `a` would have the same name. */
const RESERVED_END = '.json';
/** Values below it are encrypted. */
export const SECRETS = 'secrets';

const RULE =
  'segments of letters, digits, `.`, `_` and `-`, separated by single `/`; a segment starts with a letter, a digit or `_`, ' +
  `does not end with ${RESERVED_END}, and has at most ${LONGEST_SEGMENT} characters; the path has at most ${LONGEST_PATH}`;

/**
 * Splits the path of a parameter, such as `secrets/twitch/main`, into segments. A valid path always names a file below the store's
 * directory: `..`, absolute paths, hidden files and escape sequences are refused.
 * @throws StoreFault 400 `bad_path`
 */
export function parsePath(path: string): string[] {
  const segments = path.split('/');
  const fault = faultOf(path, segments) ?? aliasFault(segments);
  if (fault !== undefined) {
    throw new StoreFault(400, 'bad_path', `Expected a path of ${RULE}; found ${fault}. Correct the path.`);
  }
  return segments;
}

/** Whether the value at this path is encrypted at rest. */
export function isSecret(segments: readonly string[]): boolean {
  return segments[0] === SECRETS;
}

/** On a disk that ignores case, `Secrets/x` would be the file of `secrets/x`, not encrypted. */
function aliasFault([first = '']: readonly string[]): string | undefined {
  return first !== SECRETS && first.toLowerCase() === SECRETS
    ? `${JSON.stringify(first)} instead of \`${SECRETS}\``
    : undefined;
}

export function isSegment(segment: string): boolean {
  return segmentFault(segment) === undefined;
}

/** @throws StoreFault 400 `bad_prefix` for a prefix that no path can have */
export function checkPrefix(prefix: string): string {
  if (prefix.length > LONGEST_PATH || !/^[A-Za-z0-9._/-]*$/.test(prefix) || /(^|\/)[./-]|\/\//.test(prefix)) {
    throw new StoreFault(
      400,
      'bad_prefix',
      `Expected \`prefix\` to be the start of a path of ${RULE}. Correct the prefix.`,
    );
  }
  return prefix;
}

function faultOf(path: string, segments: readonly string[]): string | undefined {
  if (path === '') return 'an empty path';
  if (path.length > LONGEST_PATH) return `${path.length} characters`;
  return segments.map(segmentFault).find((fault) => fault !== undefined);
}

function segmentFault(segment: string): string | undefined {
  if (segment === '') return 'an empty segment';
  if (segment.length > LONGEST_SEGMENT) return `a segment of ${segment.length} characters`;
  if (!SEGMENT_SHAPE.test(segment)) return `the segment ${JSON.stringify(segment)}`;
  return segment.toLowerCase().endsWith(RESERVED_END) ? `the segment ${JSON.stringify(segment)}` : undefined;
}
