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
  trouble: null,
  nextCheckSeconds: 1_800,
} as const;

describe('tokenRefresh({ account })', function () {
  const rig = workflowRig();

  it('refreshes at the start, and shows when the token expires', async () => {
    rig.activities = { refreshToken: async () => refreshed };
    const workflow = await rig.start('tokenRefresh', { args: [{ account: 'a' }] });
    const status = await waitFor('a refresh', async () => {
      const found = await workflow.query<TokenStatus, []>(tokenStatus);
      return found.lastRefresh !== null && found;
    });
    assert.deepEqual(status, { account: 'a', lastRefresh: refreshed, lastError: null, trouble: null });
  });

  it('shares one refresh between concurrent callers', async () => {
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

  it('keeps running when a refresh fails without retry, and shows why', async () => {
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

  it('calls the activity again when that has asked for it, so that a changed setting arrives', async () => {
    const reasons: string[] = [];
    rig.activities = {
      refreshToken: async ({ reason }) => {
        reasons.push(reason);
        return { ...refreshed, nextCheckSeconds: 1 };
      },
    };
    await rig.start('tokenRefresh', { args: [{ account: 'a' }] });
    await waitFor('three calls', () => reasons.length >= 3);
    assert.deepEqual(new Set(reasons), new Set(['timer']));
  });

  it('shows in its status and its page what a valid token lacks, with the command, until it is mended', async () => {
    const trouble = 'The token of a has lost the scope chat:read. Run `chatlake login --account a`.';
    let told: string | null = trouble;
    rig.activities = { refreshToken: async () => ({ ...refreshed, trouble: told }) };
    const workflow = await rig.start('tokenRefresh', { args: [{ account: 'a' }] });
    const pageOf = async (): Promise<string> =>
      (await workflow.query<{ currentDetails?: string }, []>('__temporal_workflow_metadata')).currentDetails ?? '';
    const status = await waitFor('the trouble', async () => {
      const found = await workflow.query<TokenStatus, []>(tokenStatus);
      return found.trouble !== null && found;
    });
    // Helix may still be asked with it.
    assert.deepEqual([status.trouble, status.lastError], [trouble, null]);
    assert.ok((await pageOf()).includes(trouble));
    told = null;
    assert.equal((await workflow.executeUpdate(refreshNow)).trouble, null);
    assert.ok(!(await pageOf()).includes(trouble));
  });
});
