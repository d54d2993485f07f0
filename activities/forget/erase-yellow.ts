import { FactError } from '../errors.ts';
import { fenceOthers } from '../hdfs/fence.ts';
import { digestOf, peopleOf } from '../opt-out/list.ts';
import { checkNotFenced, onDay } from '../retain/publish-day.ts';
import type { DayDeps, DayRun } from '../retain/publish-day.ts';
import { dayOf } from '../../workflows/hour.ts';
import type { Hour } from '../../workflows/hour.ts';
import { hasUnited } from '../yellow/day-manifest.ts';
import { enginePath } from '../yellow/engine.ts';
import { localYellowFile } from '../yellow/files.ts';
import { RedGone, YELLOW_TABLES, readManifest, tablePath } from '../yellow/manifest.ts';
import type { YellowTable } from '../yellow/manifest.ts';
import { publishHour, refinementsDirectory } from '../yellow/publishing.ts';
import { refineAgain } from '../yellow/refinement.ts';
import type { RefinementDeps } from '../yellow/refinement.ts';
import { eraseYellowDay } from './erase-day.ts';
import type { RedactYellow } from './redact-yellow.ts';

export type YellowErasureDeps = RefinementDeps & DayDeps & { redactYellow: RedactYellow };

/**
 * Makes an hour of yellow again without the users who opted out. If its red is gone, its tables are redacted instead; if it is united with its
 * day, all united hours of the day are. So that a union of the day does not begin meanwhile, an hour is redacted inside the fence of its day.
 * @throws FactError, retryable, if another run on the day interfered
 */
export async function eraseYellowHour(
  deps: YellowErasureDeps,
  hour: Hour,
  signal: AbortSignal,
): Promise<'written' | 'redacted' | 'unchanged'> {
  try {
    return (await refineAgain(deps, hour, signal)) ? 'written' : 'unchanged';
  } catch (error) {
    if (!(error instanceof RedGone)) throw error;
    await onDay(deps, dayOf(hour), (run) =>
      hasUnited(run.old, hour) ? eraseYellowDay(deps, run) : eraseYellowFiles(deps, run, hour),
    );
    return 'redacted';
  }
}

/**
 * Redacts an hour of yellow whose red is gone, so that it cannot be made again. It is fenced and published as by a refinement. Its manifest
 * still names the red of which it was made.
 * @throws FactError, not retryable, if the hour has no manifest
 */
async function eraseYellowFiles(deps: YellowErasureDeps, run: DayRun, hour: Hour): Promise<void> {
  const { hdfs, root, redactYellow } = deps;
  const epochDirectory = await fenceOthers(hdfs, refinementsDirectory(root), hour);
  // From here on a union of the day removes the directory of this run.
  await checkNotFenced(run);
  const optOut = await deps.readOptOut();
  const old = await readManifest(hdfs, root, hour);
  if (old === undefined) {
    throw new FactError(`Expected a manifest of ${hour}, found none. Refine the hour again.`, {
      facts: { hour },
      retryable: false,
    });
  }
  const directory = run.localDirectory;
  // An interrupted run may have published some tables, which are newer than the manifest.
  const tables: YellowTable[] = [];
  for (const table of YELLOW_TABLES) {
    if ((await hdfs.status(tablePath(root, table, hour))) === undefined) continue;
    await hdfs.download(tablePath(root, table, hour), localYellowFile(directory, table));
    tables.push(table);
  }
  const versions = await redactYellow(directory, tables, peopleOf(optOut.entries));
  const manifest = { ...old, tables: { ...old.tables, ...versions }, optOut: digestOf(optOut) };
  for (const table of YELLOW_TABLES.filter((it) => (manifest.tables[it]?.rows ?? 0) > 0))
    await hdfs.upload(localYellowFile(directory, table), enginePath(epochDirectory, table), { createParent: false });
  await publishHour(hdfs, root, epochDirectory, manifest);
}
