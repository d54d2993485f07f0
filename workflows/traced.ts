/**
 * Traces have an end, so workflows that run for ever have none. OpenTelemetry takes the ids of spans from the random numbers of the workflow, so
 * a workflow that uses them itself must have none either: it could not go on after traces are switched on or off
 * (https://github.com/temporalio/sdk-typescript/pull/1951).
 */
export function isTraced(workflowType: string): boolean {
  return workflowType === 'streamPoll';
}
