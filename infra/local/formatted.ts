import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface ServerData {
  /** The directories that `format` fills. */
  directories: string[];
  /** A path that exists only after the server has run. */
  traceOfUse: string;
}

/**
 * Formats a server's data directories once. A markerer file says that formatting is complete. Without it, formatting was interrupted and
 * starts again. If the server has run, its data is always kept, even without the markerer.
 */
export async function formatOnce(directory: string, data: ServerData, format: () => Promise<void>): Promise<void> {
  const marker = join(directory, 'formatted');
  if (existsSync(marker)) return;
  if (!existsSync(data.traceOfUse)) {
    for (const place of data.directories) rmSync(place, { recursive: true, force: true });
    await format();
  }
  writeFileSync(marker, '');
}
