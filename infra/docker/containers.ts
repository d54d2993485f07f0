import { hash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ComposeService } from './compose-file.ts';
import type { Podman } from './podman.ts';
import { runArguments } from './run-arguments.ts';
import type { ContainerPlace } from './run-arguments.ts';

const DONE_WITHIN_MS = 300_000;
const LOOK_EVERY_MS = 500;

/** The containers of one run, and their volumes. They are removed at the end; what a killed run left is removed at the next start. */
export class Containers {
  readonly #podman: Podman;
  readonly #logDirectory: string;
  readonly #prefix: string;
  readonly #names: string[] = [];

  /** @param options.label names the run: its leftovers have the same */
  constructor(podman: Podman, { label, logDirectory }: { label: string; logDirectory: string }) {
    this.#podman = podman;
    this.#logDirectory = logDirectory;
    this.#prefix = `chatlake-${hash('sha256', label).slice(0, 8)}`;
  }

  async start(
    name: string,
    service: ComposeService,
    place: Omit<ContainerPlace, 'name' | 'volumePrefix'>,
  ): Promise<void> {
    this.#names.push(name);
    await this.#podman.run(runArguments(service, { ...place, name: this.#full(name), volumePrefix: this.#prefix }));
  }

  /** Waits until the container has ended. @throws Error with its last lines if it did not end with code 0 */
  async untilDone(name: string): Promise<void> {
    const code = await this.#podman.run(['wait', this.#full(name)], { timeoutMs: DONE_WITHIN_MS });
    if (code !== '0')
      throw new Error(`Expected ${name} to end with code 0, got ${code}.\n${await this.#lastLines(name)}`);
  }

  /** Waits until its health check succeeds. Nothing calls health checks on a machine without systemd. @throws Error with its last lines */
  async untilHealthy(name: string): Promise<void> {
    const deadline = Date.now() + DONE_WITHIN_MS;
    while (!(await this.#podman.does(['healthcheck', 'run', this.#full(name)]))) {
      if (Date.now() > deadline)
        throw new Error(`Expected ${name} to be healthy within ${DONE_WITHIN_MS} ms.\n${await this.#lastLines(name)}`);
      await delay(LOOK_EVERY_MS);
    }
  }

  /** The process id of its main process on this machine. @throws Error while it does not run */
  async pidOf(name: string): Promise<number> {
    const pid = Number(await this.#podman.run(['inspect', '--format={{.State.Pid}}', this.#full(name)]));
    if (pid > 0) return pid;
    throw new Error(`Expected ${name} to run, but it does not.`);
  }

  /** What podman says about it, such as `{{.RestartCount}}`. */
  async inspect(name: string, format: string): Promise<string> {
    return this.#podman.run(['inspect', `--format=${format}`, this.#full(name)]);
  }

  /** Runs a container that has ended once more. */
  async again(name: string): Promise<void> {
    await this.#podman.run(['start', this.#full(name)]);
  }

  /** Sends its stop signal, and SIGKILL after its grace time. */
  async stop(name: string): Promise<void> {
    await this.#podman.run(['stop', this.#full(name)]);
  }

  /** Runs a program in it. @returns its output */
  async exec(name: string, ...command: string[]): Promise<string> {
    return this.#podman.run(['exec', this.#full(name), ...command]);
  }

  async log(name: string): Promise<string> {
    return this.#podman.run(['logs', this.#full(name)]);
  }

  /** Stops the containers in reverse order, writes their logs to files, and removes them with their volumes. */
  async stopAll(): Promise<void> {
    for (const name of this.#names.toReversed()) {
      if (!(await this.#podman.does(['container', 'exists', this.#full(name)]))) continue;
      await this.stop(name);
      writeFileSync(join(this.#logDirectory, `${name}.log`), await this.log(name));
    }
    await this.removeLeftovers();
  }

  async removeLeftovers(): Promise<void> {
    for (const kind of ['container', 'volume']) {
      const list = ['ls', '--quiet', `--filter=name=${this.#prefix}`, ...(kind === 'container' ? ['--all'] : [])];
      const found = (await this.#podman.run([kind, ...list])).split('\n').filter((it) => it !== '');
      if (found.length > 0) await this.#podman.run([kind, 'rm', '--force', ...found]);
    }
  }

  #full(name: string): string {
    return `${this.#prefix}-${name}`;
  }

  async #lastLines(name: string): Promise<string> {
    return (await this.log(name)).split('\n').slice(-15).join('\n');
  }
}
