import type { CollectedLine } from '../kafka/collected-line.ts';
import type { SpillDirectory } from './directory.ts';

const WRITE_BYTES = 256 * 1024;

/**
 * Lines on their way to disk. They are written at the end of the current turn of the event loop, so that all lines of one socket read go
 * into one write. If the disk refuses (it fails, is full, or there is none), lines wait here until {@link write} is called again.
 */
export class SpillTail {
  readonly #disk: SpillDirectory | undefined;
  readonly #written: () => void;
  #lines: CollectedLine[] = [];
  #bytes = 0;
  #writing = false;
  #refused = false;

  /** @param written called after each attempt to write */
  constructor(disk: SpillDirectory | undefined, written: () => void) {
    this.#disk = disk;
    this.#written = written;
  }

  get lines(): readonly CollectedLine[] {
    return this.#lines;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get isRefused(): boolean {
    return this.#refused;
  }

  push(line: CollectedLine): void {
    this.#lines.push(line);
    this.#bytes += line.line.length;
    if (this.#refused) return;
    if (this.#disk === undefined) this.#refused = true;
    else if (this.#bytes > WRITE_BYTES) this.write();
    else if (!this.#writing) {
      this.#writing = true;
      queueMicrotask(() => this.write());
    }
  }

  write(): void {
    this.#writing = false;
    if (this.#disk === undefined || this.#lines.length === 0) return;
    const taken = this.#disk.append(this.#lines);
    this.#lines = this.#lines.slice(taken);
    this.#bytes = this.#lines.reduce((sum, { line }) => sum + line.length, 0);
    this.#refused = this.#lines.length > 0;
    this.#written();
  }

  /** Hands all lines over and is empty. */
  take(): CollectedLine[] {
    const lines = this.#lines;
    this.#lines = [];
    this.#bytes = 0;
    this.#refused = false;
    return lines;
  }
}
