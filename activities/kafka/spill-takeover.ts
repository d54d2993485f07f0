import { renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../../workers/logger.ts';
import { otherRuns, removeRunDirectory, segmentsBelow } from './spill-runs.ts';
import type { SpillOwner } from './spill-runs.ts';
import type { SpillSegment } from './spill-segment.ts';

export interface TakeoverOptions {
  /** The directory that holds those of all runs. */
  root: string;
  owner: SpillOwner;
  /** The directory of this run, made when it is first asked for. */
  ownDirectory: () => string;
  /** A path in it that no segment has yet; each is behind the one before. */
  nextPath: () => string;
  /** Called with each segment as it becomes this run's own, oldest first. */
  taken: (segment: SpillSegment) => void;
  log: Log;
}

/**
 * Makes the segments of dead runs one's own. A whole run is claimed in one step, by moving its directory into one's own: of several
 * collectors that try at once one succeeds, and when that one dies half-way, the next finds in its directory all that it had. What cannot
 * be taken over is logged and stays where it is.
 */
export function takeOverDeadRuns(options: TakeoverOptions): void {
  const { root, owner, log } = options;
  try {
    for (const { run, owner: name, isDead } of otherRuns(root, owner)) {
      if (isDead) takeOverRun(options, run);
      else log.info('lines on disk belong to a collector that lives, or is of another host', { run, owner: name });
    }
  } catch (error) {
    const facts = { directory: root, error: String(error) };
    log.error('what a dead collector left on disk could not be taken over; it stays there for the next start', facts);
  }
}

function takeOverRun({ root, ownDirectory, nextPath, taken, log }: TakeoverOptions, run: string): void {
  const directory = join(root, run);
  if (segmentsBelow(directory).length === 0) return removeRunDirectory(directory);
  const claimed = join(ownDirectory(), `from-${run}`);
  if (!moved(directory, claimed)) return;
  const paths = segmentsBelow(claimed);
  for (const path of paths) {
    const ownPath = nextPath();
    renameSync(path, ownPath);
    taken({ path: ownPath, bytes: statSync(ownPath).size, lines: undefined, damaged: false });
  }
  removeRunDirectory(claimed);
  log.info('took over what a dead collector left on disk', { run, segments: paths.length });
}

/** False where somebody else was quicker. */
function moved(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
