import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { LogFile } from '../activities/import/log-file.ts';
import { lockDirectory } from '../common/directory-lock.ts';
import { Refusal } from '../common/refusal.ts';
import { writeWhole } from '../common/whole-file.ts';

/** How far each log was acknowledged, by its path. It is valid as long as the file has not changed. */
const state = z.object({
  /** The Kafka that has the lines. */
  kafka: z.string(),
  logs: z.record(z.string(), z.object({ bytes: z.number(), modifiedAtMs: z.number(), number: z.number() })),
});
type State = z.infer<typeof state>;

const SAVE_EVERY_MS = 1_000;
const OWNER_ONLY = 0o600;

/**
 * Remembers an unfinished import in `<data directory>/import`, so that the same command goes on where it was interrupted. It is removed at the end:
 * then a second import sends everything again.
 */
export class ImportState {
  readonly #file: string;
  readonly #state: State;
  readonly #unlock: () => void;
  #savedAtMs = 0;
  #saving: Promise<void> = Promise.resolve();

  /** @throws Refusal 73 if another import of this data directory runs, or the directory cannot be used */
  static async open(dataDirectory: string, kafka: string): Promise<ImportState> {
    const directory = join(dataDirectory, 'import');
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const unlock = lockDirectory(directory, 'import');
    if (unlock === undefined)
      throw new Refusal(
        73,
        `Expected no other import in ${dataDirectory}, found one that is running. Wait for its end.`,
      );
    // One file per Kafka, so that the state of one is not lost when lines are sent to another.
    const file = join(directory, `${createHash('sha256').update(kafka).digest('hex').slice(0, 12)}.json`);
    return new ImportState(file, (await readState(file, kafka)) ?? { kafka, logs: {} }, unlock);
  }

  private constructor(file: string, found: State, unlock: () => void) {
    this.#file = file;
    this.#state = found;
    this.#unlock = unlock;
  }

  /** The number of the last acknowledged line; 0 if the log was not begun, or has changed since. */
  numberOf({ path, bytes, modifiedAtMs }: LogFile): number {
    const known = this.#state.logs[resolve(path)];
    return known?.bytes === bytes && known.modifiedAtMs === modifiedAtMs ? known.number : 0;
  }

  /** Stores it within a second. */
  reached({ path, bytes, modifiedAtMs }: LogFile, number: number): void {
    this.#state.logs[resolve(path)] = { bytes, modifiedAtMs, number };
    if (performance.now() - this.#savedAtMs < SAVE_EVERY_MS) return;
    this.#savedAtMs = performance.now();
    this.#save();
  }

  /** @param isFinished all logs were sent */
  async close(isFinished: boolean): Promise<void> {
    if (!isFinished) this.#save();
    await this.#saving;
    if (isFinished) await rm(this.#file, { force: true });
    this.#unlock();
  }

  #save(): void {
    const content = JSON.stringify(this.#state);
    // A state that is not stored costs lines that are sent twice, which does no harm.
    this.#saving = this.#saving.then(() => writeWhole(this.#file, content, OWNER_ONLY)).catch(() => {});
  }
}

/** A damaged state counts as none. */
async function readState(file: string, kafka: string): Promise<State | undefined> {
  try {
    const found = state.parse(JSON.parse(await readFile(file, 'utf8')));
    return found.kafka === kafka ? found : undefined;
  } catch {
    return undefined;
  }
}
