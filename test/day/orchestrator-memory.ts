import { residentMb, workerProcess } from '../chaos/processes.ts';

const EVERY_MS = 1_000;

/** The peak memory of the orchestrator, in MiB. */
export class OrchestratorMemory {
  maxMb = 0;
  readonly #timer: NodeJS.Timeout;

  constructor(dataDirectory: string) {
    const orchestrator = workerProcess('orchestrator', dataDirectory);
    this.#timer = setInterval(() => {
      this.maxMb = Math.max(this.maxMb, residentMb(orchestrator) ?? 0);
    }, EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
