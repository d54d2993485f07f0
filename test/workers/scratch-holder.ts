import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openScratchDirectory } from '../../workers/scratch-directory.ts';

/* Opens a scratch directory in the data directory of its arguments, puts a file into it, says where it is, and lives until it is killed. */
const [dataDirectory = '', name = ''] = process.argv.slice(2);
const { path } = await openScratchDirectory(dataDirectory, name);
writeFileSync(join(path, 'tile.parquet'), 'half');
console.log(path);
process.stdin.resume();
