import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The data of a server in its directory. */
export interface ServerData {
  /** The directories that formatting fills. */
  directories: string[];
  /** What is there only after the server has run. */
  traceOfUse: string;
}

/**
 * Makes a server's empty data once. A mark beside the data says that making it came to its end: data without the mark is the rest of an
 * interrupted attempt and is made anew. Where the server has run, its data is kept whatever has become of the mark.
 */
export async function formatOnce(directory: string, data: ServerData, format: () => Promise<void>): Promise<void> {
  const mark = join(directory, 'formatted');
  if (existsSync(mark)) return;
  if (!existsSync(data.traceOfUse)) {
    for (const place of data.directories) rmSync(place, { recursive: true, force: true });
    await format();
  }
  writeFileSync(mark, '');
}
