import { spawn } from 'node:child_process';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { keepRotating } from './log-rotation.ts';
import { withoutSecrets } from './secret-variables.ts';

const guard = fileURLToPath(new URL('guarded.sh', import.meta.url));

export interface Command {
  program: string;
  args: readonly string[];
  /** Added to this process's environment, of which the program gets everything but the secrets. */
  env?: Record<string, string>;
  cwd?: string;
  /** stdout and stderr are appended to this file, which is rotated: see {@link keepRotating}. */
  logFile: string;
  /** The time from SIGTERM to SIGKILL. Default 10. */
  graceSeconds?: number;
}

export interface GuardedProcess {
  /** The process id of the guard, and the id of its process group. */
  readonly pid: number;
  /** Resolves when the program has ended. Never rejects. */
  readonly exited: Promise<Exit>;
  /** The length of the log file at the start of this run. */
  readonly logOffset: number;
  /** Sends SIGTERM, and SIGKILL after the grace time. Resolves when the program has ended. */
  stop(): Promise<void>;
}

export interface Exit {
  /** Null if the guard was killed or could not be started. */
  code: number | null;
  /** How it ended: `exited with code 1`. */
  text: string;
}

/**
 * Starts a program under `guarded.sh`. It ends when {@link GuardedProcess.stop} is called, and when this process dies, even by
 * `kill -9`: both close the standard input of the guard.
 */
export function startGuarded(command: Command): GuardedProcess {
  const endRotating = keepRotating(command.logFile);
  const log = openSync(command.logFile, 'a', 0o600);
  const logOffset = sizeOf(command.logFile);
  const child = spawn('/bin/sh', [guard, String(command.graceSeconds ?? 10), command.program, ...command.args], {
    stdio: ['pipe', log, log],
    detached: true,
    env: { ...withoutSecrets(process.env), ...command.env },
    ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
  });
  closeSync(log);
  child.stdin?.on('error', () => {});
  const exited = new Promise<Exit>((resolve) => {
    const end = (exit: Exit): void => {
      endRotating();
      resolve(exit);
    };
    child.once('error', (error) => end({ code: null, text: `could not be started: ${error.message}` }));
    child.once('exit', (code, signal) => {
      child.stdin?.destroy();
      end({ code, text: code === null ? `was killed by ${signal ?? 'a signal'}` : `exited with code ${code}` });
    });
  });
  return {
    pid: child.pid ?? 0,
    exited,
    logOffset,
    async stop() {
      child.stdin?.destroy();
      await exited;
    },
  };
}

/**
 * Runs a program under `guarded.sh` to its end.
 * @throws Error with the last lines of its output if its exit code is not 0
 */
export async function runToEnd(what: string, command: Command): Promise<void> {
  const process = startGuarded(command);
  const exit = await process.exited;
  if (exit.code !== 0) {
    throw new Error(`Expected ${what} to succeed, but it ${exit.text}.${quoteLog(command.logFile, process.logOffset)}`);
  }
}

/** The last lines of a log after an offset, for an error message. Omits the frames of Java stack traces. */
export function quoteLog(file: string, offset = 0, lines = 15): string {
  const size = sizeOf(file);
  // It was rotated if it is shorter now.
  const from = Math.max(offset > size ? 0 : offset, size - 16_384);
  const buffer = Buffer.alloc(size - from);
  if (buffer.length === 0) return ` It wrote nothing to ${file}.`;
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, buffer, 0, buffer.length, from);
  } finally {
    closeSync(descriptor);
  }
  const written = buffer.toString('utf8').trimEnd().split('\n');
  const last = written.filter((line) => !/^\s+at /.test(line)).slice(-lines);
  return ` The last lines of ${file}:\n${last.map((line) => `  ${line}`).join('\n')}\n`;
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
