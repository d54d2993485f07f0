/**
 * A sweep of all of Twitch allocates a lot in a short time. With the default young generation of Node 24, the orchestrator needs a hundred
 * megabytes more.
 */
export const ORCHESTRATOR_NODE_OPTIONS = ['--max-semi-space-size=16'];
