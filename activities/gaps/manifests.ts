import pMap from 'p-map';
import type { Hour } from '../../workflows/hour.ts';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { DamagedFile } from '../hdfs/json-file.ts';
import { readManifest } from '../yellow/manifest.ts';
import type { Manifest } from '../yellow/manifest.ts';

export interface Lake {
  hdfs: Hdfs;
  root: string;
}

const READS_AT_ONCE = 8;

/** The manifests of these hours, in their order. One that is damaged counts as none: the refinement of its hour reports it. */
export async function readManifests({ hdfs, root }: Lake, hours: readonly Hour[]): Promise<(Manifest | undefined)[]> {
  const read = async (hour: Hour): Promise<Manifest | undefined> => {
    try {
      return await readManifest(hdfs, root, hour);
    } catch (error) {
      if (error instanceof DamagedFile) return undefined;
      throw error;
    }
  };
  return pMap(hours, read, { concurrency: READS_AT_ONCE });
}
