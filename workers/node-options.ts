/**
 * How Node runs the orchestrator. A sweep of all of Twitch makes a lot of garbage in a short time: with the young generation that Node 24
 * takes by default its process grows by a hundred megabytes more.
 */
export const ORCHESTRATOR_NODE_OPTIONS = ['--max-semi-space-size=16'];
