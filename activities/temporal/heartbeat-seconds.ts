const FEWEST_SECONDS = 15;
const MOST_SECONDS = 60;
const ROOMS_PER_SECOND = 100;

/**
 * The heartbeat time-out of a chat. A dead collector is noticed after this time. A chat heartbeats after two thirds of it, so
 * thousands of rooms cost Temporal 150 to 250 heartbeats a second.
 */
export function heartbeatSeconds(rooms: number): number {
  return Math.min(MOST_SECONDS, Math.max(FEWEST_SECONDS, Math.ceil(rooms / ROOMS_PER_SECOND)));
}
