import { StoreFault } from './fault.ts';

const LONGEST_PATH = 512;
const LONGEST_SEGMENT = 128;
const SEGMENT_SHAPE = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/;
/** A segment must not look like a file of the store, lest the directory of `a.json/b` and the file of `a` have one name. */
const RESERVED_END = '.json';

const RULE =
  'segments of letters, digits, `.`, `_` and `-`, joined by single `/`; a segment begins with a letter, a digit or `_`, ' +
  `ends otherwise than with ${RESERVED_END} and has at most ${LONGEST_SEGMENT} characters, the path at most ${LONGEST_PATH}`;

/**
 * The segments of a parameter's path, such as `secrets/twitch/main`. What passes here names a file below the store's directory and
 * nothing else: no `..`, no absolute path, no hidden file, no escape of any file system.
 * @throws StoreFault 400 `bad_path`
 */
export function parsePath(path: string): string[] {
  const segments = path.split('/');
  const fault = faultOf(path, segments);
  if (fault !== undefined) {
    throw new StoreFault(400, 'bad_path', `Expected a path of ${RULE}; found ${fault}. Correct the path.`);
  }
  return segments;
}

/** Whether what is below this path is encrypted at rest. */
export function isSecret(segments: readonly string[]): boolean {
  return segments[0] === 'secrets';
}

export function isSegment(segment: string): boolean {
  return segmentFault(segment) === undefined;
}

/** @throws StoreFault 400 `bad_prefix` for a prefix that no path can begin with */
export function checkPrefix(prefix: string): string {
  if (prefix.length > LONGEST_PATH || !/^[A-Za-z0-9._/-]*$/.test(prefix) || /(^|\/)[./-]|\/\//.test(prefix)) {
    throw new StoreFault(
      400,
      'bad_prefix',
      `Expected \`prefix\` to be the beginning of a path of ${RULE}. Correct the prefix.`,
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
