import type { Fetched } from '../activities/query/local-files.ts';

/** Shows in one line of a terminal how much was fetched. Anywhere else it shows nothing. */
export function fetchProgress(stream: NodeJS.WriteStream = process.stderr): { fetched: Fetched; clear: () => void } {
  if (!stream.isTTY) return { fetched: () => {}, clear: () => {} };
  return {
    fetched: ({ files, ofFiles, bytes }) =>
      void stream.write(`\r\x1b[Kfetching ${files} of ${ofFiles} files, ${(bytes / 1e6).toFixed(1)} MB`),
    clear: () => void stream.write('\r\x1b[K'),
  };
}
