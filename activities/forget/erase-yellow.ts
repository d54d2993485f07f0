import { join } from 'node:path';
import type { Disk } from '../../common/disk.ts';
import { FactError } from '../errors.ts';
import { fenceOthers } from '../hdfs/fence.ts';
import { digestOf, peopleOf } from '../opt-out/list.ts';
import type { Hour } from '../../workflows/hour.ts';
import { enginePath } from '../yellow/engine.ts';
import { localYellowFile } from '../yellow/files.ts';
import { YELLOW_TABLES, readManifest, tablePath } from '../yellow/manifest.ts';
import { publishHour, refinementsDirectory } from '../yellow/publishing.ts';
import type { RefinementDeps } from '../yellow/refinement.ts';
import type { RedactYellow } from './redact-yellow.ts';

/**
 * Redacts an hour of yellow whose red is gone, so that it cannot be made again. It is fenced and published as by a refinement. Its manifest
 * still names the red of which it was made.
 * @throws FactError, not retryable, if the hour has no manifest
 */
export async function eraseYellowFiles(
  deps: Pick<RefinementDeps, 'hdfs' | 'root' | 'readOptOut'> & {
    redactYellow: RedactYellow;
    disk: Disk;
    scratchDirectory: string;
  },
  hour: Hour,
): Promise<void> {
  const { hdfs, root, disk, redactYellow } = deps;
  const epochDirectory = await fenceOthers(hdfs, refinementsDirectory(root), hour);
  const optOut = await deps.readOptOut();
  const old = await readManifest(hdfs, root, hour);
  if (old === undefined) {
    throw new FactError(`Expected a manifest of ${hour}, found none. Refine the hour again.`, {
      facts: { hour },
      retryable: false,
    });
  }
  const directory = await disk.makeDirectory(join(deps.scratchDirectory, 'yellow-'));
  try {
    const tables = YELLOW_TABLES.filter((table) => (old.tables[table]?.rows ?? 0) > 0);
    for (const table of tables) await hdfs.download(tablePath(root, table, hour), localYellowFile(directory, table));
    const versions = await redactYellow(directory, tables, peopleOf(optOut.entries));
    const manifest = { ...old, tables: { ...old.tables, ...versions }, optOut: digestOf(optOut) };
    for (const table of YELLOW_TABLES.filter((it) => (manifest.tables[it]?.rows ?? 0) > 0))
      await hdfs.upload(localYellowFile(directory, table), enginePath(epochDirectory, table), { createParent: false });
    await publishHour(hdfs, root, epochDirectory, manifest);
  } finally {
    await disk.remove(directory);
  }
}
