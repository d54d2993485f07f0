import assert from 'node:assert/strict';
import type { Client } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { FactError } from '../../../activities/errors.ts';
import { createRefreshNow } from '../../../activities/temporal/refresh-now.ts';
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
