import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openScratchDirectory } from '../../workers/scratch-directory.ts';

/* Opens a scratch directory below the data directory in its arguments, writes a file to it, prints its path, and runs until it is killed. */
const [dataDirectory = '', name = ''] = process.argv.slice(2);
const { path } = await openScratchDirectory(dataDirectory, name);
writeFileSync(join(path, 'tile.parquet'), 'half');
console.log(path);
process.stdin.resume();
