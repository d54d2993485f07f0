import { residentMb, workerProcess } from './processes.ts';
import { workers } from './stage.ts';

const everyMs = 1_000;

/** The most memory that each worker has had. */
export class Memory {
  readonly mostMb: Record<string, number> = {};
  readonly #timer: NodeJS.Timeout;

  constructor(dataDirectory: string) {
    const victims = workers.map((name) => workerProcess(name, dataDirectory));
    this.#timer = setInterval(() => {
      for (const victim of victims) {
        this.mostMb[victim.name] = Math.max(this.mostMb[victim.name] ?? 0, residentMb(victim) ?? 0);
      }
    }, everyMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  get maxMb(): number {
    return Math.max(0, ...Object.values(this.mostMb));
  }
}
