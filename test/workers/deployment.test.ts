import assert from 'node:assert/strict';
import type { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { ORCHESTRATOR_DEPLOYMENT, deploymentOptions } from '../../workers/deployment.ts';
import { tokenRefreshId } from '../../workflows/ids.ts';
import { TASK_QUEUES } from '../../workflows/task-queues.ts';
import { refreshNow } from '../../workflows/token-refresh.ts';
import { SERVERS_TIMEOUT_MS, temporal } from '../integration/servers.ts';
import { temporalNamespace } from '../integration/temporal-namespace.ts';
import { waitFor } from '../integration/wait-for.ts';
import { quietRuntime, workflowBundle } from '../workflows/rig.ts';

describe('deploymentOptions(config)', function () {
  this.timeout(120_000);
  let client: Client;
  let connection: Connection;
  let native: NativeConnection;
  let namespace: string;
  const workers: { worker: Worker; run: Promise<void> }[] = [];

  before(async function connect() {
    this.timeout(SERVERS_TIMEOUT_MS);
    quietRuntime();
    ({ client, connection, namespace } = await temporalNamespace('versioning'));
    native = await NativeConnection.connect({ address: (await temporal()).address });
  });

  after(async () => {
    await client.workflow.getHandle(tokenRefreshId('a')).terminate();
    for (const { worker } of workers) worker.shutdown();
    await Promise.all(workers.map(({ run }) => run));
    await native.close();
    await connection.close();
  });

  /** An orchestrator of a build. It tells who refreshed. */
  async function deploy(buildId: string, refreshedBy: string[]): Promise<void> {
    const refreshToken = async () => {
      refreshedBy.push(buildId);
      return { account: 'a', kind: 'app', expiresAt: '2026-11-25T16:00:00Z', obtainedAt: '2026-11-25T12:00:00Z' };
    };
    const worker = await Worker.create({
      connection: native,
      namespace,
      taskQueue: TASK_QUEUES.orchestrate,
      workflowBundle: await workflowBundle(),
      activities: { refreshToken },
      ...deploymentOptions({ CHATLAKE_BUILD_ID: buildId }),
    });
    workers.push({ worker, run: worker.run() });
  }

  const makeCurrent = (buildId: string) =>
    waitFor(`build ${buildId} to be known`, () =>
      connection.workflowService
        .setWorkerDeploymentCurrentVersion({
          namespace,
          deploymentName: ORCHESTRATOR_DEPLOYMENT,
          buildId,
          identity: 'test',
        })
        .then(
          () => true,
          () => false,
        ),
    );

  it('moves a running workflow to the build that is made current, and to no other', async () => {
    const refreshedBy: string[] = [];
    await deploy('1', refreshedBy);
    await makeCurrent('1');
    const workflow = await client.workflow.start('tokenRefresh', {
      taskQueue: TASK_QUEUES.orchestrate,
      workflowId: tokenRefreshId('a'),
      args: [{ account: 'a' }],
    });
    await waitFor('the first refresh', () => refreshedBy.length === 1);
    await deploy('2', refreshedBy);
    await workflow.executeUpdate(refreshNow);
    await makeCurrent('2');
    await workflow.executeUpdate(refreshNow);
    assert.deepEqual(refreshedBy, ['1', '1', '2']);
    const { events = [] } = await workflow.fetchHistory();
    assert.ok((events ?? []).every((event) => !event.workflowTaskFailedEventAttributes));
  });

  it('is empty without a build: the worker then takes all tasks', () => {
    assert.deepEqual(deploymentOptions({ CHATLAKE_BUILD_ID: undefined }), {});
  });
});
