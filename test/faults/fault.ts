/** The direction of bytes through the proxy. */
export type Direction = 'toServer' | 'toClient';

/** The fault of one direction. */
export type Fault =
  | { kind: 'pass' }
  /** Delays each chunk, in order, in milliseconds. */
  | { kind: 'latency'; ms: number }
  | { kind: 'bandwidth'; bytesPerSecond: number }
  /** Forwards in writes of this many bytes. */
  | { kind: 'slices'; bytes: number }
  /** Holds bytes until the fault changes, which slows the sender down. */
  | { kind: 'hold' }
  /** Swallows bytes and the end of the connection. */
  | { kind: 'swallow' }
  /** Passes this many bytes, then resets the connection. Once: later connections pass. */
  | { kind: 'resetAfter'; bytes: number };

/** A fault while it is active. */
export interface Phase {
  readonly fault: Fault;
  /** Aborts when another fault replaces it. */
  readonly over: AbortSignal;
}

/** Replaces bytes (as Latin-1) in the server's answers by others of the same length. They must be in one chunk, as in a short answer. */
export interface Rewrite {
  from: string;
  to: string;
}
