/** Which way bytes go through the proxy. */
export type Direction = 'toServer' | 'toClient';

/** What happens to the bytes of one direction. */
export type Fault =
  | { kind: 'pass' }
  /** Each chunk waits so many milliseconds after its arrival, one after the other. */
  | { kind: 'latency'; ms: number }
  | { kind: 'bandwidth'; bytesPerSecond: number }
  /** Handed on in writes of so many bytes. */
  | { kind: 'slices'; bytes: number }
  /** Kept until the fault is another one; the sender is slowed down by that. */
  | { kind: 'hold' }
  /** Taken and lost, and so is the end of the connection. */
  | { kind: 'swallow' }
  /** So many more bytes pass; then the connection is reset. Once: whoever comes next passes. */
  | { kind: 'resetAfter'; bytes: number };

/** A fault for as long as it is in force. */
export interface Phase {
  readonly fault: Fault;
  /** Aborts when another fault takes its place. */
  readonly over: AbortSignal;
}

/** Bytes (as Latin-1) that a server's answers have replaced by as many others. They must come in one chunk, as they do in a short answer. */
export interface Rewrite {
  from: string;
  to: string;
}
