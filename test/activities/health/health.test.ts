import assert from 'node:assert/strict';
import { FactError } from '../../../activities/errors.ts';
import {
  collectorPart,
  createHealthReport,
  forgetHealth,
  readHealth,
  readSpills,
  reportingTrouble,
} from '../../../activities/health/health.ts';
import { silentLog } from '../../../common/log.ts';
import { memoryParameters } from '../../integration/memory-parameters.ts';

describe('createHealthReport(parameters, part) and readHealth(parameters)', () => {
  let parameters: ReturnType<typeof memoryParameters>;
  let nowMs: number;
  const reportOf = (part: string) => createHealthReport(parameters, part, silentLog, () => nowMs);

  beforeEach(() => {
    parameters = memoryParameters();
    nowMs = Date.parse('2026-11-25T12:00:00Z');
  });

  it('report what each part does, and its trouble', async () => {
    await reportOf('poll')({ summary: '5 streams are live', trouble: null });
    await reportOf('token')({ summary: 'it failed', trouble: 'Check the secret.' });
    assert.deepEqual(await readHealth(parameters, nowMs), {
      troubles: ['token: Check the secret.'],
      summaries: ['poll: 5 streams are live'],
    });
  });

  it('store changes at once, and repeat the rest at intervals', async () => {
    let puts = 0;
    const counting: typeof parameters = {
      ...parameters,
      put: async (...args) => ((puts += 1), parameters.put(...args)),
    };
    const report = createHealthReport(counting, 'poll', silentLog, () => nowMs);
    await report({ summary: 'a', trouble: null });
    await report({ summary: 'a', trouble: null });
    assert.equal(puts, 1);
    await report({ summary: 'b', trouble: null });
    nowMs += 30_000;
    await report({ summary: 'b', trouble: null });
    assert.equal(puts, 3);
  });

  it('leave a store alone that says for how long', async () => {
    let puts = 0;
    const busy: typeof parameters = {
      ...parameters,
      put: async () => {
        puts += 1;
        throw new FactError('Expected fewer requests.', { retryable: true, retryAfterMs: 10_000 });
      },
    };
    const report = createHealthReport(busy, 'collector-a', silentLog, () => nowMs);
    for (let seconds = 0; seconds <= 10; seconds++) {
      await report({ summary: `${seconds} rooms`, trouble: null });
      nowMs += 1_000;
    }
    assert.equal(puts, 2);
  });

  it('report a silent collector as trouble, and the other parts after their own limits', async () => {
    for (const part of [collectorPart('a'), 'token-b', 'poll'])
      await reportOf(part)({ summary: 'well', trouble: null });
    const silentAfter = async (minutes: number): Promise<string[]> => {
      const { troubles } = await readHealth(parameters, nowMs + minutes * 60_000);
      assert.ok(troubles.every((trouble) => trouble.includes(`it has not reported for ${minutes} min`)));
      return troubles.map((trouble) => trouble.split(':')[0] ?? '').sort();
    };
    assert.deepEqual(await silentAfter(1), []);
    assert.deepEqual(await silentAfter(5), ['collector-a']);
    assert.deepEqual(await silentAfter(61), ['collector-a', 'token-b']);
    assert.deepEqual(await silentAfter(121), ['collector-a', 'poll', 'token-b']);
  });

  it('name the remedy for a renamed collector, and ignore it after a day', async () => {
    await reportOf(collectorPart('old'))({ summary: 'listens to 1 channel', trouble: 'b' });
    nowMs += 300_000;
    await reportOf(collectorPart('new'))({ summary: 'listens to 1 channel', trouble: null });
    assert.match(
      (await readHealth(parameters, nowMs)).troubles.join(),
      /collector-old: it has not reported.*delete status\/collector-old/,
    );
    nowMs += 24 * 3_600_000;
    await reportOf(collectorPart('new'))({ summary: 'listens to 1 channel', trouble: null });
    assert.deepEqual(await readHealth(parameters, nowMs), {
      troubles: [],
      summaries: ['collector-new: listens to 1 channel'],
    });
  });

  it('tell what collectors have on disk, and store a change at once', async () => {
    const well = { summary: 'well', trouble: null };
    const nothing = { bytes: 0, damagedFiles: 0 };
    const reportA = reportOf(collectorPart('a'));
    await reportA({ ...well, spill: nothing });
    parameters.values.set('status/collector-odd', { spill: 'much' });
    assert.deepEqual(await readSpills(parameters, nowMs), []);
    await reportA({ ...well, spill: { bytes: 2048, damagedFiles: 0 } });
    await reportOf(collectorPart('b'))({ ...well, spill: { bytes: 0, damagedFiles: 3 } });
    await reportOf(collectorPart('c'))(well);
    assert.deepEqual(await readSpills(parameters, nowMs), [
      'collector-a: 2,048 bytes',
      'collector-b: 3 damaged files',
      'collector-c: it does not tell',
    ]);
  });

  it('do not take a collector for one without lines on disk after it has stopped reporting', async () => {
    const spill = { bytes: 0, damagedFiles: 0 };
    await reportOf(collectorPart('a'))({ summary: 'well', trouble: null, spill });
    assert.deepEqual(await readSpills(parameters, nowMs + 60_000), []);
    assert.match(
      (await readSpills(parameters, nowMs + 300_000)).join(),
      /^collector-a: it has not reported for 5 min\. .*delete status\/collector-a\.$/,
    );
    assert.deepEqual(await readSpills(parameters, nowMs + 25 * 3_600_000), [], 'it no longer exists');
    await reportOf(collectorPart('a'))({ summary: 'well', trouble: null, spill: { ...spill, bytes: 7 } });
    assert.deepEqual(await readSpills(parameters, nowMs + 25 * 3_600_000), ['collector-a: 7 bytes']);
  });

  it('ignore unreadable reports, and return the rest', async () => {
    for (const [n, odd] of [null, 'x', {}, { at: 'soon', summary: 7 }].entries())
      parameters.values.set(`status/odd${n}`, odd);
    await reportOf('poll')({ summary: 'a', trouble: 'Check it.' });
    assert.deepEqual((await readHealth(parameters, nowMs)).troubles, ['poll: Check it.']);
  });

  it('do not throw while the store is away', async () => {
    const away: typeof parameters = { ...parameters, put: () => Promise.reject(new Error('away')) };
    await createHealthReport(away, 'poll', silentLog)({ summary: 'a', trouble: null });
  });

  it('delete the reports of an earlier run', async () => {
    await reportOf('poll')({ summary: 'a', trouble: 'b' });
    await forgetHealth(parameters);
    assert.deepEqual(await readHealth(parameters, nowMs), { troubles: [], summaries: [] });
  });
});

describe('reportingTrouble(report, work)', () => {
  it('reports the error of work as trouble, and rethrows it', async () => {
    const reported: (string | null)[] = [];
    const report = async ({ trouble }: { trouble: string | null }): Promise<void> => void reported.push(trouble);
    const failing = (error: Error) => reportingTrouble(report, () => Promise.reject(error));
    await assert.rejects(failing(new FactError('no token', { retryable: true })), /no token/);
    await assert.rejects(failing(new Error('cancelled')), /cancelled/);
    assert.equal(await reportingTrouble(report, async () => 7), 7);
    assert.deepEqual(reported, ['no token']);
  });
});
