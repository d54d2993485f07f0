import { residentMb, workerProcess } from './processes.ts';
import { WORKERS } from './stage.ts';

const EVERY_MS = 1_000;

/** The peak memory of each worker. */
export class Memory {
  readonly mostMb: Record<string, number> = {};
  readonly #timer: NodeJS.Timeout;

  constructor(dataDirectory: string) {
    const victims = WORKERS.map((name) => workerProcess(name, dataDirectory));
    this.#timer = setInterval(() => {
      for (const victim of victims) {
        this.mostMb[victim.name] = Math.max(this.mostMb[victim.name] ?? 0, residentMb(victim) ?? 0);
      }
    }, EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  get maxMb(): number {
    return Math.max(0, ...Object.values(this.mostMb));
  }
}
