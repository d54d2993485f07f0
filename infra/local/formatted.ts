import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Makes a server's empty data once. A mark beside the data says that making it came to its end: data without the mark is the rest of an
 * interrupted attempt, holds nothing yet, and is made anew.
 */
export async function formatOnce(
  directory: string,
  dataDirectories: string[],
  format: () => Promise<void>,
): Promise<void> {
  const mark = join(directory, 'formatted');
  if (existsSync(mark)) return;
  for (const data of dataDirectories) rmSync(data, { recursive: true, force: true });
  await format();
  writeFileSync(mark, '');
}
