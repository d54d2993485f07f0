import { join } from 'node:path';
import pMap from 'p-map';
import type { Disk } from '../../common/disk.ts';
import type { CachedFiles } from '../hdfs/cached-files.ts';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { enginePath } from './engine.ts';
import type { RefineEngine } from './engine.ts';
import { localYellowFile } from './files.ts';
import type { WriteYellowFiles } from './files.ts';
import { YELLOW_TABLES } from './manifest.ts';

export interface DuckdbEngineDeps {
  hdfs: Hdfs;
  files: CachedFiles;
  writeYellowFiles: WriteYellowFiles;
  disk: Disk;
  /** Holds files until they are uploaded. */
  scratchDirectory: string;
}

const DOWNLOADS_AT_ONCE = 8;

/** Refines in this process: reads local copies of red, writes local files, and uploads them. */
export function createDuckdbEngine(deps: DuckdbEngineDeps): RefineEngine {
  const { hdfs, disk } = deps;
  const fetchAll = (files: { path: string; length: number }[]): Promise<string[]> =>
    pMap(files, (file) => deps.files.fetch(file), { concurrency: DOWNLOADS_AT_ONCE });

  return async (hour, { chat, coverage, polls, optOut }, epochDirectory, signal) => {
    const directory = await disk.makeDirectory(join(deps.scratchDirectory, 'yellow-'));
    try {
      const red = {
        chat: await fetchAll(chat),
        ownChat: await fetchAll(chat.filter((tile) => tile.hour === hour)),
        coverage: await fetchAll(coverage),
        streams: await fetchAll(polls),
        ...(optOut === undefined ? {} : { optOut }),
      };
      signal.throwIfAborted();
      const tables = await deps.writeYellowFiles(hour, red, directory);
      for (const table of YELLOW_TABLES.filter((it) => (tables[it]?.rows ?? 0) > 0))
        await hdfs.upload(localYellowFile(directory, table), enginePath(epochDirectory, table), {
          createParent: false,
        });
      return tables;
    } finally {
      await disk.remove(directory);
    }
  };
}
