import { silentProgress } from '../../../infra/local/progress.ts';
import { startTemporalServer } from '../../../infra/local/temporal-server.ts';

// A launcher process for tests that kill it: starts Temporal in the given directory and prints its address to stdout.
const server = await startTemporalServer({ directory: process.argv[2] ?? '', log: silentProgress });
process.stdout.write(`${server.address.address}\n`);
