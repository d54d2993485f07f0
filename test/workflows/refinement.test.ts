import assert from 'node:assert/strict';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { addHours, dayOf, hourOf } from '../../workflows/hour.ts';
import { refinementProgress } from '../../workflows/hourly-refinement.ts';
import type { RefinementProgress } from '../../workflows/hourly-refinement.ts';
import { refinementId, reportId } from '../../workflows/ids.ts';
import { publishAgain } from '../../workflows/publish-report.ts';
import { waitFor } from '../integration/wait-for.ts';
import { workflowRig } from './rig.ts';

const HOUR = '2020-01-01T05';

describe('refinement workflows', () => {
  const rig = workflowRig();
  let calls: string[];

  beforeEach(() => {
    calls = [];
    rig.activities = {
      takeBoundaries: async (input) => {
        calls.push(`takeBoundaries ${input.hour}`);
        return { path: `/boundaries/${input.hour}` };
      },
      waitForTiles: async ({ boundariesPath }) => {
        calls.push(`waitForTiles ${boundariesPath}`);
        return { hasGaps: false };
      },
      compactHour: async (input) => {
        calls.push(`compactHour ${input.hour}`);
        return { tilesBefore: 5, tilesAfter: 2 };
      },
      refineHour: async (input) => {
        calls.push(`refineHour ${input.hour} ${input.boundariesPath}`);
        return { hour: input.hour, lines: 3, hours: [input.hour], days: [dayOf(input.hour)] };
      },
      publishGaps: async (input) => {
        calls.push(`publishGaps ${input.hour}`);
        return { days: [dayOf(input.hour)], gaps: 0 };
      },
      publishDay: async ({ day }) => {
        calls.push(`publishDay ${day}`);
        return { page: `/${day}/`, messages: 3, channels: 1 };
      },
    };
  });

  const published = (): string[] => calls.filter((call) => call.startsWith('publishDay'));

  /** The report is requested, and published soon after. */
  const untilPublished = (times: number): Promise<unknown> =>
    waitFor(`${times} reports`, () => published().length === times);

  it('hourlyRefinement: takes boundaries, waits for tiles, compacts, refines and requests the report, in this order', async () => {
    const workflow = await rig.start<RefinementProgress>('hourlyRefinement', {
      args: [{ hour: HOUR }],
      workflowId: refinementId(HOUR),
    });
    assert.deepEqual(await workflow.result(), {
      hour: HOUR,
      step: 'gapsPublished',
      lines: 3,
      hours: [HOUR],
      days: ['2020-01-01'],
    });
    await untilPublished(1);
    const others = calls.filter((call) => !call.startsWith('publishDay'));
    assert.deepEqual(others, [
      `takeBoundaries ${HOUR}`,
      `waitForTiles /boundaries/${HOUR}`,
      `compactHour ${HOUR}`,
      `refineHour ${HOUR} /boundaries/${HOUR}`,
      `publishGaps ${HOUR}`,
    ]);
    assert.deepEqual(published(), ['publishDay 2020-01-01']);
  });

  it('hourlyRefinement: publishes the report although the table of gaps cannot be written', async () => {
    rig.activities.publishGaps = () => Promise.reject(new Error('coverage is damaged'));
    const workflow = await rig.start<RefinementProgress>('hourlyRefinement', { args: [{ hour: HOUR }] });
    await untilPublished(1);
    assert.equal((await workflow.query(refinementProgress)).step, 'reportsRequested');
    await workflow.cancel();
    await assert.rejects(workflow.result(), WorkflowFailedError);
  });

  it('hourlyRefinement: waits for red by retries, without a slot', async () => {
    let looks = 0;
    rig.activities.waitForTiles = async () => {
      looks += 1;
      if (looks < 3) throw ApplicationFailure.create({ message: 'offset 1 is missing', category: 'BENIGN' });
      return { hasGaps: false };
    };
    const workflow = await rig.start<RefinementProgress>('hourlyRefinement', { args: [{ hour: HOUR }] });
    await waitFor('the reason', async () => {
      const { raw } = await workflow.describe();
      return raw.pendingActivities?.some(({ lastFailure }) => lastFailure?.message === 'offset 1 is missing');
    });
    assert.equal((await workflow.result()).step, 'gapsPublished');
    assert.equal(looks, 3);
    await untilPublished(1);
  });

  it('hourlyRefinement: publishes an hour with gaps, waits for the missing files, and publishes it again', async () => {
    const restored = gate();
    rig.activities.waitForTiles = async ({ untilWhole = false }) => {
      calls.push(`waitForTiles${untilWhole ? ' until whole' : ''}`);
      if (untilWhole) await restored.pass();
      return { hasGaps: !untilWhole };
    };
    const workflow = await rig.start<RefinementProgress>('hourlyRefinement', { args: [{ hour: HOUR }] });
    await restored.begun;
    await untilPublished(1);
    assert.equal((await workflow.query(refinementProgress)).step, 'publishedWithGaps');
    assert.ok(!calls.some((call) => call.startsWith('compactHour')));
    restored.open();
    assert.equal((await workflow.result()).step, 'gapsPublished');
    await untilPublished(2);
    const refined = `refineHour ${HOUR} /boundaries/${HOUR}`;
    assert.deepEqual(
      calls.filter((call) => !call.startsWith('publishDay')),
      [
        `takeBoundaries ${HOUR}`,
        'waitForTiles',
        refined,
        'waitForTiles until whole',
        `compactHour ${HOUR}`,
        refined,
        `publishGaps ${HOUR}`,
      ],
    );
  });

  it('hourlyRefinement: publishes a running report once more, however many requests arrive', async () => {
    const publishDay = rig.activities.publishDay ?? assert.fail();
    const report = gate();
    rig.activities.publishDay = async (input) => {
      rig.activities.publishDay = publishDay;
      await report.pass();
      return publishDay(input);
    };
    try {
      const underWay = await rig.start('publishReport', {
        args: [{ day: '2020-01-02' }],
        workflowId: reportId('2020-01-02'),
      });
      await report.begun;
      const refinements = await Promise.all(
        [5, 6, 7].map((at) =>
          rig.start<RefinementProgress>('hourlyRefinement', { args: [{ hour: `2020-01-02T0${at}` }] }),
        ),
      );
      for (const refinement of refinements) assert.equal((await refinement.result()).step, 'gapsPublished');
      assert.deepEqual(published(), []);
      report.open();
      await underWay.result();
      assert.deepEqual(published(), ['publishDay 2020-01-02', 'publishDay 2020-01-02']);
      for (const refinement of refinements) {
        const { events } = await refinement.fetchHistory();
        assert.ok(!events?.some((event) => event.timerStartedEventAttributes), 'no timer is used');
      }
    } finally {
      report.open();
    }
  });

  it('publishReport: serves every request, whenever it arrives', async () => {
    // Many requests race with the ends of many runs. After a lost request, no publish would start.
    let begun = 0;
    rig.activities.publishDay = async ({ day }) => {
      begun += 1;
      return { page: `/${day}/`, messages: 3, channels: 1 };
    };
    for (let round = 0; round < 15; round += 1) {
      const before = begun;
      const refinement = await rig.start<RefinementProgress>('hourlyRefinement', {
        args: [{ hour: `2020-01-03T0${round % 10}` }],
      });
      const step = async (): Promise<string> => (await refinement.query(refinementProgress)).step;
      await waitFor('the hour to be refined', async () => ['refined', 'reportsRequested'].includes(await step()));
      await refinement.result();
      await waitFor('a publish that began after it', () => begun > before);
    }
  });

  it('publishReport: publishes again for a request that arrived during a failure', async () => {
    const report = gate();
    const publishDay = rig.activities.publishDay ?? assert.fail();
    rig.activities.publishDay = async () => {
      rig.activities.publishDay = publishDay;
      await report.pass();
      throw ApplicationFailure.nonRetryable('yellow is damaged');
    };
    const workflow = await rig.start('publishReport', { args: [{ day: '2020-01-04' }] });
    await report.begun;
    await workflow.signal(publishAgain);
    report.open();
    await workflow.result();
    assert.deepEqual(published(), ['publishDay 2020-01-04']);
  });

  it('refineEndedHour: refines the hour before its start, under that hour’s id', async () => {
    const before = hourOf(Date.now());
    const workflow = await rig.start<{ hour: string }>('refineEndedHour');
    const { hour: refined } = await workflow.result();
    assert.ok([addHours(before, -1), before].includes(refined));
    assert.ok(calls.includes(`takeBoundaries ${refined}`));
    assert.equal((await rig.client.workflow.getHandle(refinementId(refined)).describe()).status.name, 'COMPLETED');
  });

  it('refineEndedHour: succeeds when the hour is already being refined', async () => {
    const ended = addHours(hourOf(Date.now()), -1);
    // The hour may end before the workflow starts, which then refines the next one.
    const gates = new Map([ended, addHours(ended, 1)].map((each) => [each, gate()]));
    rig.activities.waitForTiles = async (input) => {
      await gates.get(input.hour)?.pass();
      return { hasGaps: false };
    };
    try {
      const running = await Promise.all(
        [...gates.keys()].map((each) =>
          rig.start('hourlyRefinement', { args: [{ hour: each }], workflowId: refinementId(each) }),
        ),
      );
      await Promise.all([...gates.values()].map(({ begun }) => begun));
      const workflow = await rig.start<{ hour: string }>('refineEndedHour');
      const { hour: found } = await workflow.result();
      assert.ok(gates.has(found), found);
      for (const { open } of gates.values()) open();
      await Promise.all(running.map((it) => it.result()));
      assert.deepEqual(
        calls.filter((call) => call.startsWith('takeBoundaries')).sort(),
        [...gates.keys()].map((each) => `takeBoundaries ${each}`),
      );
    } finally {
      for (const { open } of gates.values()) open();
    }
  });

  it('refineOpenHour: refines the hour it was started in, without boundaries', async () => {
    const workflow = await rig.start<{ hour: string }>('refineOpenHour');
    const { hour: open } = await workflow.result();
    await waitFor('the report', () => published().includes(`publishDay ${dayOf(open)}`));
    assert.ok(calls.includes(`refineHour ${open} null`));
    // In the first minutes of an hour, the previous one is refined too.
    const others = calls.filter((call) => call.startsWith('refineHour') && call !== `refineHour ${open} null`);
    assert.deepEqual(others, others.length === 0 ? [] : [`refineHour ${addHours(open, -1)} null`]);
  });

  for (const [type, input, remedy] of [
    ['hourlyRefinement', { hour: 'noon' }, /Expected the input \{"hour": "2026-11-25T14"\}/],
    ['hourlyRefinement', undefined, /Expected the input/],
    ['refineOpenHour', { hour: '2026-11-31T00' }, /Expected the input/],
    ['publishReport', { day: 'today' }, /Expected the input \{"day": "2026-11-25"\}/],
  ] as const) {
    it(`${type}: rejects the input ${JSON.stringify(input)} at once, with the remedy`, async () => {
      const workflow = await rig.start(type, { args: input === undefined ? [] : [input] });
      await assert.rejects(
        workflow.result(),
        (error) => error instanceof WorkflowFailedError && remedy.test(error.cause?.message ?? ''),
      );
    });
  }
});

/** Keeps an activity running: `pass` resolves when the test calls `open`. */
function gate(): { begun: Promise<void>; open: () => void; pass: () => Promise<void> } {
  const begun = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  return {
    begun: begun.promise,
    open: opened.resolve,
    pass() {
      begun.resolve();
      return opened.promise;
    },
  };
}
