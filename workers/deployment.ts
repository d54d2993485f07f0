import type { WorkerOptions } from '@temporalio/worker';
import type { Config } from './config.ts';

/** The name of the orchestrator's Worker Deployment in Temporal. */
export const ORCHESTRATOR_DEPLOYMENT = 'chatlake-orchestrator';

/**
 * Worker Versioning for the orchestrator, if `CHATLAKE_BUILD_ID` is set: it then gets tasks only while its build is current or ramping. All
 * workflows move to the current build with their next task, because each release replays the histories of the earlier ones.
 * https://docs.temporal.io/worker-versioning
 */
export function deploymentOptions({
  CHATLAKE_BUILD_ID: buildId,
}: Pick<Config, 'CHATLAKE_BUILD_ID'>): Pick<WorkerOptions, 'workerDeploymentOptions'> {
  if (buildId === undefined) return {};
  return {
    workerDeploymentOptions: {
      useWorkerVersioning: true,
      version: { deploymentName: ORCHESTRATOR_DEPLOYMENT, buildId },
      defaultVersioningBehavior: 'AUTO_UPGRADE',
    },
  };
}
