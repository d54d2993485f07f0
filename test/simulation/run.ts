import { runSchedule } from './schedule.ts';

/** Runs the schedule of one seed and prints its trace: `SEED=1234 sh infra/local/node.sh test/simulation/run.ts`. */
const seed = Number(process.env['SEED']);
if (!Number.isSafeInteger(seed)) throw new RangeError('Expected `SEED` to be a whole number. For example: SEED=1234.');
const { trace, violation, steps } = await runSchedule(seed);
console.log(trace.lines().join('\n'));
console.log(violation === undefined ? `Nothing is wrong after ${steps} steps.` : `VIOLATED: ${violation}`);
process.exitCode = violation === undefined ? 0 : 1;
