/** Traces have an end, so workflows that run for ever and their activities have none. */
export function isTraced(workflowType: string): boolean {
  return workflowType === 'streamPoll';
}
