import assert from 'node:assert/strict';
import type { Client } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { FactError } from '../../../activities/errors.ts';
import { createRefreshNow, createRefreshRequest } from '../../../activities/temporal/refresh-now.ts';
import { silentLog } from '../../../common/log.ts';
import { activityEnvironment } from '../../integration/activity-environment.ts';

describe('createRefreshNow(client, account)', () => {
  /** A Temporal whose workflow answers the update like this. */
  const clientOf = (executeUpdate: () => Promise<unknown>): Client =>
    ({ workflow: { getHandle: (id: string) => (assert.equal(id, 'token-refresh/a'), { executeUpdate }) } }) as never;

  it('throws the reason why a refresh failed, and may be retried', async () => {
    const environment = activityEnvironment();
    await environment.run(createRefreshNow(clientOf(async () => ({ lastError: null })), 'a')); // prettier-ignore
    await assert.rejects(
      environment.run(createRefreshNow(clientOf(async () => ({ lastError: 'the grant was revoked' })), 'a')), // prettier-ignore
      (error) => error instanceof FactError && error.retryable && error.message.includes('the grant was revoked'),
    );
  });

  it('ends with its activity while the workflow does not answer, as when its worker stops', async () => {
    const environment = activityEnvironment();
    const asked = Promise.withResolvers<void>();
    const run = environment.run(
      createRefreshNow(
        clientOf(() => {
          asked.resolve();
          return new Promise(() => {});
        }),
        'a',
      ),
    );
    await asked.promise;
    environment.cancel();
    await assert.rejects(run, (error) => error instanceof CancelledFailure);
  });
});

describe('createRefreshRequest(client, account, log)', () => {
  it('asks once in ten minutes, however often a login is refused, and bears that nobody answers', () => {
    const asked: string[] = [];
    const getHandle = (id: string) => ({
      executeUpdate: async (name: string) => {
        asked.push(`${id} ${name}`);
        throw new Error('Temporal is away');
      },
    });
    let nowMs = 0;
    const request = createRefreshRequest({ workflow: { getHandle } } as never, 'a', silentLog, () => nowMs);
    for (nowMs = 0; nowMs < 1_200_000; nowMs += 1_000) request();
    assert.deepEqual(asked, ['token-refresh/a refreshNow', 'token-refresh/a refreshNow']);
  });
});
