import { silentProgress } from '../../../infra/local/progress.ts';
import { startTemporalServer } from '../../../infra/local/temporal-server.ts';

// A launcher as a process of its own, for tests that kill it: starts Temporal in the directory given and says its address on stdout.
const server = await startTemporalServer({ directory: process.argv[2] ?? '', log: silentProgress });
process.stdout.write(`${server.address.address}\n`);
