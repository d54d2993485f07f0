import type { Disk } from '../../common/disk.ts';
import type { CrashPoint } from './crash-points.ts';
import type { Process } from './process.ts';

/** The local disk of one process, which is lost with it. */
export class ProcessDisk {
  readonly files = new Map<string, string>();
  readonly #process: Process;
  #directories = 0;

  constructor(process: Process) {
    this.#process = process;
  }

  /** The content of a file that must exist. */
  read(file: string): string {
    const content = this.files.get(file);
    if (content === undefined) throw new Error(`ENOENT: no such file, open '${file}'`);
    return content;
  }

  /** Writes a file in one step, or part of it on a full disk. */
  write(point: CrashPoint, file: string, content: string): Promise<void> {
    return this.#process.call({
      point,
      path: file,
      kind: 'write',
      work: () => void this.files.set(file, content),
      breakOff: () => void this.files.set(file, content.slice(0, content.length / 2)),
    });
  }

  /** Reads files, in one step. */
  look<T>(point: CrashPoint, file: string, look: () => T): Promise<T> {
    return this.#process.call({ point, path: file, kind: 'disk', work: look });
  }

  /** The disk for one kind of work, with the names of its steps. */
  as(steps: { measured?: CrashPoint; made?: CrashPoint; removed?: CrashPoint }): Disk {
    const ask = <T>(point: CrashPoint | undefined, path: string, work: () => T) => {
      if (point === undefined) return this.#process.refuseUnnamed<T>(`on the disk, ${path}`);
      return this.#process.call({ point, path, kind: 'disk', work });
    };
    return {
      size: (file) => ask(steps.measured, file, () => this.read(file).length),
      makeDirectory: (prefix) => {
        const path = `${prefix}${++this.#directories}`;
        return ask(steps.made, path, () => path);
      },
      remove: (path) => ask(steps.removed, path, () => this.#remove(path)),
    };
  }

  #remove(path: string): void {
    for (const file of this.files.keys()) {
      if (file === path || file.startsWith(`${path}/`)) this.files.delete(file);
    }
  }
}
