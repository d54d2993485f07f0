import assert from 'node:assert/strict';
import { ApplicationFailure } from '@temporalio/common';
import { refreshNow, tokenStatus } from '../../workflows/token-refresh.ts';
import type { TokenStatus } from '../../workflows/token-refresh.ts';
import { waitFor } from '../integration/wait-for.ts';
import { workflowRig } from './rig.ts';

const refreshed = {
  account: 'a',
  kind: 'app',
  expiresAt: '2026-11-25T16:00:00.000Z',
  obtainedAt: '2026-11-25T12:00:00.000Z',
} as const;

describe('tokenRefresh({ account })', function () {
  const rig = workflowRig();

  it('refreshes when it starts, and tells when the token ends', async () => {
    rig.activities = { refreshToken: async () => refreshed };
    const workflow = await rig.start('tokenRefresh', { args: [{ account: 'a' }] });
    const status = await waitFor('a refresh', async () => {
      const found = await workflow.query<TokenStatus, []>(tokenStatus);
      return found.lastRefresh !== null && found;
    });
    assert.deepEqual(status, { account: 'a', lastRefresh: refreshed, lastError: null });
  });

  it('shares one refresh between callers who ask at the same time', async () => {
    const reasons: string[] = [];
    let release = (): void => {};
    rig.activities = {
      refreshToken: async ({ reason }) => {
        reasons.push(reason);
        if (reason === 'asked') await new Promise<void>((resolve) => (release = resolve));
        return refreshed;
      },
    };
    const workflow = await rig.start('tokenRefresh', { args: [{ account: 'a' }] });
    await waitFor(
      'the first refresh',
      async () => (await workflow.query<TokenStatus, []>(tokenStatus)).lastRefresh !== null,
    );
    const callers = await Promise.all(
      [1, 2, 3].map(() => workflow.startUpdate(refreshNow, { waitForStage: 'ACCEPTED' })),
    );
    await waitFor('the refresh that was asked for', () => reasons.includes('asked'));
    release();
    await Promise.all(callers.map((caller) => caller.result()));
    assert.deepEqual(reasons, ['timer', 'asked']);
  });

  it('lives on when a refresh fails for good, and says why', async () => {
    let fails = true;
    rig.activities = {
      refreshToken: async () => {
        if (fails) throw ApplicationFailure.nonRetryable('the grant was revoked');
        return refreshed;
      },
    };
    const workflow = await rig.start('tokenRefresh', { args: [{ account: 'a' }] });
    await waitFor(
      'the failure',
      async () => (await workflow.query<TokenStatus, []>(tokenStatus)).lastError === 'the grant was revoked',
    );
    fails = false;
    const status = await workflow.executeUpdate(refreshNow);
    assert.deepEqual([status.lastError, status.lastRefresh?.kind], [null, 'app']);
  });
});
