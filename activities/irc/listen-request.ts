/**
 * A request to listen to a channel, and what coverage records say about it so far. It outlives failed attempts: each retry of the activity
 * creates a new room for the same request.
 */
export interface ListenRequest {
  /** When listening was first requested. A channel that was never joined was lost from then on. */
  readonly sinceMs: number;
  /** Whether the room was ever joined. */
  everJoined: boolean;
  /** The reason of the last reported loss; undefined while joined, and before anything was reported. */
  reportedReason: string | undefined;
  /** The time of the last coverage record. */
  lastRecordAtMs: number;
}

/** A failed attempt is followed by another within 30 s: by Temporal's retry, or after the chat's own pause. */
const RETRY_WITHIN_MS = 120_000;

/** Requests whose last attempt failed, kept for the next attempt. */
export class FailedRequests {
  /** By channel and login, oldest failure first. */
  readonly #failed = new Map<string, { request: ListenRequest; atMs: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * The earlier request to continue, or a new one.
   * @param sinceMs of a new one
   */
  take(key: string, sinceMs = this.#now()): ListenRequest {
    const nowMs = this.#now();
    for (const [failedKey, { atMs }] of this.#failed) {
      if (Math.abs(nowMs - atMs) < RETRY_WITHIN_MS) break;
      this.#failed.delete(failedKey);
    }
    const found = this.#failed.get(key)?.request;
    this.#failed.delete(key);
    return found ?? { sinceMs, everJoined: false, reportedReason: undefined, lastRecordAtMs: 0 };
  }

  add(key: string, request: ListenRequest): void {
    this.#failed.delete(key);
    this.#failed.set(key, { request, atMs: this.#now() });
  }
}
