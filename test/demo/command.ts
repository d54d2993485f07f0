import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { waitFor } from '../integration/wait-for.ts';

/** The `chatlake` command as a process of its own, with a process group of its own. */
export interface RunningCommand {
  readonly pid: number;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** The first match on stderr. @throws Error with all of stderr when the process ends before */
  said(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
  /** The exit code, or the signal that ended it. */
  exited(): Promise<number | string>;
  interrupt(): void;
  /** kill -9 of the whole group. */
  killGroup(): void;
}

export function chatlake(args: string[], env: Record<string, string>): RunningCommand {
  const child: ChildProcess = spawn(
    process.execPath,
    ['--disable-warning=TimeoutNegativeWarning', 'cli/chatlake.ts', ...args],
    {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    },
  );
  const output = { stdout: '', stderr: '' };
  child.stdout?.on('data', (data: Buffer) => (output.stdout += data.toString()));
  child.stderr?.on('data', (data: Buffer) => (output.stderr += data.toString()));
  const exit = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
  const pid = child.pid ?? 0;

  return {
    pid,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    said: (pattern, timeoutMs = 240_000) =>
      waitFor(
        `${args.join(' ')} to say ${pattern}, which said:\n${output.stderr}`,
        () => {
          const match = pattern.exec(output.stderr);
          if (match !== null) return match;
          if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}:\n${output.stderr}`);
          return undefined;
        },
        timeoutMs,
      ),
    exited: () => exit,
    interrupt: () => void process.kill(pid, 'SIGINT'),
    killGroup: () => void process.kill(-pid, 'SIGKILL'),
  };
}
