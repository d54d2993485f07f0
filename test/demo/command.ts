import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { waitFor } from '../integration/wait-for.ts';
import { BLANK } from './blank-environment.ts';

/** A process with its own process group. */
export interface RunningCommand {
  readonly pid: number;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Waits for a match on stderr. @throws Error with all of stderr if the process ends before it, or no match appears in time */
  said(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
  /** The exit code, or the signal that ended it. */
  exited(): Promise<number | string>;
  interrupt(): void;
  /** Ctrl-C in a terminal: SIGINT to the whole group. */
  pressCtrlC(): void;
  /** kill -9 of the whole group, if it still exists. */
  killGroup(): void;
}

/**
 * Starts `chatlake` with this process's environment. Of Chatlake's variables, only those in `env` are set.
 * @param cwd its working directory; by default the checkout
 */
export function chatlake(args: string[], env: Record<string, string>, cwd = process.cwd()): RunningCommand {
  const program = [process.execPath, '--disable-warning=TimeoutNegativeWarning', resolve('cli/chatlake.ts'), ...args];
  return startCommand(`chatlake ${args.join(' ')}`, program, { cwd, env: { ...process.env, ...BLANK, ...env } });
}

/** Starts a program with its arguments. */
export function startCommand(
  command: string,
  [program = '', ...args]: string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): RunningCommand {
  const child: ChildProcess = spawn(program, args, {
    ...options,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  let end: number | string | undefined;
  child.stdout?.on('data', (data: Buffer) => (output.stdout += data.toString()));
  child.stderr?.on('data', (data: Buffer) => (output.stderr += data.toString()));
  const exit = once(child, 'close').then(([code, signal]) => (end = (code ?? signal) as number | string));
  const pid = child.pid ?? 0;

  return {
    pid,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    async said(pattern, timeoutMs = 240_000) {
      const look = (): RegExpExecArray | 'ended' | undefined =>
        pattern.exec(output.stderr) ?? (end === undefined ? undefined : 'ended');
      const found = await waitFor(`${command} to print ${pattern}`, look, timeoutMs).catch((cause: Error) => {
        throw new Error(`${cause.message} It printed:\n${output.stderr}`, { cause });
      });
      if (found === 'ended')
        throw new Error(`Expected ${command} to print ${pattern}, but it ended with ${end}:\n${output.stderr}`);
      return found;
    },
    exited: () => exit,
    interrupt: () => void process.kill(pid, 'SIGINT'),
    pressCtrlC: () => void process.kill(-pid, 'SIGINT'),
    killGroup: () => {
      try {
        process.kill(-pid, 'SIGKILL');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    },
  };
}
