import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Refusal } from '../../common/refusal.ts';
import { runToEnd } from '../../common/guarded-process.ts';
import { onPath } from '../local/programs.ts';

/** Settings for machines on which containers do not start with podman's own. */
const OWN_SETTINGS = { CONTAINERS_CONF: join(import.meta.dirname, 'containers.conf') };
const LONGEST_OUTPUT = 64 * 1024 * 1024;

export interface Podman {
  /** Runs podman. @returns what it wrote to stdout, without the last line end @throws Error with what it wrote to stderr */
  run(args: readonly string[], options?: { timeoutMs?: number }): Promise<string>;
  /** Like `run` for work of minutes, whose output goes to a file. */
  work(what: string, args: readonly string[], logFile: string): Promise<void>;
  /** Whether it succeeds. */
  does(args: readonly string[]): Promise<boolean>;
}

/** The reason why containers cannot run here, with the remedy; undefined if podman is installed. */
export function podmanIsMissing(): string | undefined {
  if (onPath('podman') !== undefined) return undefined;
  return 'Expected `podman` on PATH (to run containers without Docker), found none. Install it: on Debian and Ubuntu, run `sh infra/docker/install-podman.sh` as root.';
}

/** @throws Refusal 69 if podman is not installed */
export function createPodman(settings: Record<string, string> = {}): Podman {
  const missing = podmanIsMissing();
  if (missing !== undefined) throw new Refusal(69, missing);
  const env = { ...process.env, ...settings };
  const podman: Podman = {
    async run(args, { timeoutMs = 0 } = {}) {
      try {
        const options = { env, timeout: timeoutMs, maxBuffer: LONGEST_OUTPUT };
        return (await promisify(execFile)('podman', args, options)).stdout.trimEnd();
      } catch (error) {
        const { stderr = '', message } = error as Error & { stderr?: string };
        throw new Error(`podman ${args[0]} failed: ${stderr.trim() || message}`, { cause: error });
      }
    },
    work: (what, args, logFile) => runToEnd(what, { program: 'podman', args, env: settings, logFile }),
    does: (args) =>
      podman.run(args).then(
        () => true,
        () => false,
      ),
  };
  return podman;
}

/** Podman with its own settings, or with those of this project if containers do not start with them. @throws Error if neither works */
export async function workingPodman(image: string): Promise<Podman> {
  const probe = ['run', '--rm', '--network=none', image, '--version'];
  const usual = createPodman();
  if (await usual.does(probe)) return usual;
  const own = createPodman(OWN_SETTINGS);
  await own.run(probe);
  return own;
}
