import { lockDirectory } from '../../common/directory-lock.ts';

/* Locks the directory in its arguments, says whether it could, and lives until it is killed. */
const [directory = ''] = process.argv.slice(2);
console.log(lockDirectory(directory, 'test') === undefined ? 'refused' : 'locked');
process.stdin.resume();
