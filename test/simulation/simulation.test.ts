import assert from 'node:assert/strict';
import { setImmediate as breathe } from 'node:timers/promises';
import { CRASH_POINTS } from './crash-points.ts';
import type { CrashPoint } from './crash-points.ts';
import { FAILING_SEEDS } from './failing-seeds.ts';
import { possible } from './faults.ts';
import type { CallKind, Fault } from './faults.ts';
import { runSchedule } from './schedule.ts';

const BATCHES = 10;
const SEEDS_PER_BATCH = 500;
const LINES_TOLD = 30;

describe('The core, simulated in one thread', function () {
  this.timeout(300_000);
  /** By step: its kind of call, and the faults that occurred there. */
  const suffered = new Map<CrashPoint, { kind: CallKind; faults: Set<Fault> }>();

  async function run(seed: number): Promise<void> {
    const { violation, trace, steps, sufferings } = await runSchedule(seed);
    for (const { point, kind, fault } of sufferings) {
      const known = suffered.get(point) ?? { kind, faults: new Set() };
      suffered.set(point, { kind, faults: known.faults.add(fault) });
    }
    const summary = [
      `Seed ${seed}, step ${steps}: ${violation}.`,
      'Its last steps:',
      ...trace.lines().slice(-LINES_TOLD),
      `All of them: SEED=${seed} sh infra/local/node.sh test/simulation/run.ts`,
    ];
    assert.equal(violation, undefined, summary.join('\n'));
    await breathe();
  }

  it('is the same for the same seed, and different for another', async () => {
    const digests = new Set<string>();
    for (const seed of [1, 2, 3, 4, 5]) {
      const digest = (await runSchedule(seed)).trace.digest();
      assert.equal((await runSchedule(seed)).trace.digest(), digest, `seed ${seed}`);
      digests.add(digest);
    }
    assert.equal(digests.size, 5);
  });

  it('keeps its promises in all schedules that once broke one', async () => {
    for (const seed of FAILING_SEEDS) await run(seed);
  });

  for (let batch = 0; batch < BATCHES; batch++) {
    const first = batch * SEEDS_PER_BATCH;
    it(`keeps its promises in the schedules ${first} to ${first + SEEDS_PER_BATCH - 1}`, async () => {
      for (let seed = first; seed < first + SEEDS_PER_BATCH; seed++) await run(seed);
    });
  }

  it('has by then crashed before and after every step, and has met every other fault there', () => {
    const never = CRASH_POINTS.flatMap((point) => {
      const found = suffered.get(point);
      if (found === undefined) return [`${point}: no fault at all`];
      const missing = possible[found.kind].filter((fault) => !found.faults.has(fault));
      return missing.map((fault) => `${point}: ${fault}`);
    });
    assert.deepEqual(never, [], `no schedule had\n${never.join('\n')}`);
  });
});
