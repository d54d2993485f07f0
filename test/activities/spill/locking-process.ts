import { tryLock } from '../../../activities/spill/lock.ts';

/** Locks the directory that is its argument, says whether it holds it, and then lives until it is killed. */
const release = tryLock(process.argv[2] ?? '');
process.stdout.write(release === undefined ? 'not held\n' : 'held\n');
if (release !== undefined) setInterval(() => release, 60_000);
