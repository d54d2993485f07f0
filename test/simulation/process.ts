import { FactError } from '../../activities/errors.ts';
import { HdfsError } from '../../activities/hdfs/error.ts';
import type { CrashPoint } from './crash-points.ts';
import type { CallKind, Fault, Faults, Suffering } from './faults.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';
import type { Trace } from './trace.ts';

/** Shared by all processes of a schedule. */
export interface Stage {
  random: Random;
  scheduler: Scheduler;
  trace: Trace;
  faults: Faults;
  suffered: (suffering: Suffering) => void;
  /** Reports a violation. The first one counts. */
  violated: (what: string) => void;
}

/** An external call. */
interface Call<T> {
  point: CrashPoint;
  path: string;
  kind: CallKind;
  /** Runs in one step. */
  work: () => T;
  /** Runs instead if the call breaks off. */
  breakOff?: () => void;
}

type Outcome<T> = { value: T } | { error: unknown };
interface Waiting<T> {
  resolve: (value: T) => void;
  reject: (error: unknown) => void;
}

/**
 * A process, seen from outside: it makes calls. Each is a step of the scheduler, with its answer at once or
 * as a later step. A crashed process gets no more answers, but the calls it sent may still take effect.
 */
export class Process {
  readonly name: string;
  isDead = false;
  thawsAt = 0;
  readonly #stage: Stage;

  constructor(stage: Stage, name: string) {
    this.#stage = stage;
    this.name = name;
  }

  get isFrozen(): boolean {
    return this.thawsAt > this.#stage.scheduler.now;
  }

  call<T>(call: Call<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.isDead) return;
      this.#stage.scheduler.post(() => this.#happen(call, { resolve, reject }), this);
    });
  }

  /** For a call without a name: name its fact in `crash-points.ts`. */
  refuseUnnamed<T>(call: string): Promise<T> {
    this.#stage.violated(`a call is no step of crash-points.ts: ${call}`);
    return new Promise(() => {});
  }

  /** Ends the process without a trace. */
  die(): void {
    this.isDead = true;
  }

  freeze(): void {
    const { scheduler, random } = this.#stage;
    this.thawsAt = scheduler.now + random.between(5, random.pick([20, 100, 400]));
  }

  #happen<T>(call: Call<T>, waiting: Waiting<T>): void {
    const { faults, scheduler } = this.#stage;
    const fault = faults.at(call.point, call.kind);
    const note = (how = '') => this.#stage.trace.add(scheduler.now, this.name, call.point, call.path, how);
    if (fault === undefined) {
      const outcome = attempt(call.work);
      note('error' in outcome ? String(outcome.error) : '');
      return this.#answer(outcome, waiting);
    }
    note(fault);
    this.#stage.suffered({ point: call.point, kind: call.kind, fault });
    this.#suffer(fault, call, waiting);
  }

  #suffer<T>(fault: Fault, call: Call<T>, waiting: Waiting<T>): void {
    const { scheduler } = this.#stage;
    switch (fault) {
      case 'crashBefore':
        return this.die();
      case 'crashAfter':
        attempt(call.work);
        return this.die();
      case 'crashLate':
        this.#doLater(call);
        return this.die();
      case 'freezeBefore':
        this.freeze();
        return scheduler.post(() => this.#happen(call, waiting), this);
      case 'freezeAfter': {
        const outcome = attempt(call.work);
        this.freeze();
        return scheduler.post(() => settle(outcome, waiting), this);
      }
      case 'refuse':
        return waiting.reject(refusal(call.kind));
      case 'loseRequest':
        return waiting.reject(new HdfsError('lost', 'The answer was lost.'));
      case 'loseAnswer':
        attempt(call.work);
        return waiting.reject(new HdfsError('lost', 'The answer was lost.'));
      case 'late':
        this.#doLater(call);
        return waiting.reject(new HdfsError('lost', 'The answer was lost.'));
      case 'breakOff':
        if (call.breakOff !== undefined) attempt(call.breakOff);
        return waiting.reject(this.#brokenOff(call.kind));
    }
  }

  /** The answer arrives at once, or later while others act. */
  #answer<T>(outcome: Outcome<T>, waiting: Waiting<T>): void {
    const { scheduler, random } = this.#stage;
    if (random.chance(0.25)) scheduler.post(() => settle(outcome, waiting), this);
    else settle(outcome, waiting);
  }

  /** The call takes effect when no process waits for it any more. */
  #doLater<T>(call: Call<T>): void {
    const { scheduler, random, trace } = this.#stage;
    const late = () => {
      const outcome = attempt(call.work);
      const how = 'error' in outcome ? String(outcome.error) : 'late';
      trace.add(scheduler.now, `${this.name}, late`, call.point, call.path, how);
    };
    scheduler.post(late, undefined, scheduler.now + random.between(1, random.pick([5, 40, 300])));
  }

  #brokenOff(kind: CallKind): Error {
    if (kind === 'write') return new Error('ENOSPC: no space left on device, write');
    const isKnown = kind === 'download' || this.#stage.random.chance(0.5);
    return isKnown ? new HdfsError('broken', 'It has fewer bytes.') : new HdfsError('lost', 'The connection broke.');
  }
}

function refusal(kind: CallKind): Error {
  if (kind === 'ask') return new FactError('Kafka is away.', { retryable: true });
  return new HdfsError('unavailable', 'Not now.');
}

function attempt<T>(work: () => T): Outcome<T> {
  try {
    return { value: work() };
  } catch (error) {
    return { error };
  }
}

function settle<T>(outcome: Outcome<T>, { resolve, reject }: Waiting<T>): void {
  if ('error' in outcome) reject(outcome.error);
  else resolve(outcome.value);
}
