import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../../common/free-port.ts';
import { temporal } from '../integration/servers.ts';
import { waitFor } from '../integration/wait-for.ts';

/** A worker process on the shared Temporal. */
export interface WorkerProcess {
  /** Its log so far. */
  log(): string;
  /** Sends SIGTERM; it must exit with code 0. */
  stop(): Promise<void>;
  /** Sends SIGTERM; it must exit with this code. */
  end(code: number): Promise<void>;
  /** Sends SIGKILL. */
  kill(): void;
}

/** Starts a worker and waits for a text in its log, by default that it has started. */
export type StartWorker = (program: string, env: Record<string, string>, until?: RegExp) => Promise<WorkerProcess>;

/** Returns a function that starts workers. Workers that still run after a test are killed. */
export function workerProcesses(): StartWorker {
  const running: ChildProcess[] = [];

  afterEach(async () => {
    for (const child of running.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });

  return async (program, more, until = /worker started/) => {
    const { address } = await temporal();
    const env = {
      ...process.env,
      TEMPORAL_ADDRESS: address,
      TEMPORAL_NAMESPACE: 'default',
      PARAMETER_STORE_KEY: 'a-key-of-16-letters-or-more',
      LOG_LEVEL: 'info',
      ...more,
    };
    const child = spawn(process.execPath, [program], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    running.push(child);
    let log = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (log += String(bytes)));
    const hasSaid = () => (assert.equal(child.exitCode, null, log), until.test(log));
    await waitFor(`the worker to say ${until}`, hasSaid, 120_000);
    const end = async (code: number): Promise<void> => {
      const exit = once(child, 'close');
      child.kill('SIGTERM');
      assert.equal((await exit)[0], code, log);
    };
    return {
      log: () => log,
      stop: () => end(0),
      end,
      kill: () => void child.kill('SIGKILL'),
    };
  };
}

/**
 * Starts a worker that serves metrics. A free port may be taken before the worker uses it. The worker logs that, and the next port is tried.
 */
export async function startWithMetrics(
  start: StartWorker,
  program: string,
  env: Record<string, string>,
): Promise<{ address: string; worker: WorkerProcess }> {
  for (;;) {
    const address = `127.0.0.1:${await freePort()}`;
    const worker = await start(program, { ...env, METRICS_ADDRESS: address });
    if (worker.log().includes('metrics and probes served')) return { address, worker };
    await worker.stop();
  }
}
