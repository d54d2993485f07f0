import { spawn } from 'node:child_process';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const guard = fileURLToPath(new URL('guarded.sh', import.meta.url));

export interface Command {
  program: string;
  args: readonly string[];
  /** Added to this process's environment. */
  env?: Record<string, string>;
  cwd?: string;
  /** The file that stdout and stderr are appended to. */
  logFile: string;
  /** From SIGTERM to SIGKILL. Default 10. */
  graceSeconds?: number;
}

export interface GuardedProcess {
  /** The guard's process id, which is also the number of its process group. */
  readonly pid: number;
  /** Resolves, and never rejects, with how the program ended, in words: `exited with code 1`. */
  readonly exited: Promise<Exit>;
  /** The length of the log file at the start: what comes later belongs to this run. */
  readonly logOffset: number;
  /** SIGTERM, SIGKILL after the grace; resolves when the program is gone. */
  stop(): Promise<void>;
}

export interface Exit {
  /** Null where the guard was killed or could not be started. */
  code: number | null;
  words: string;
}

/**
 * Starts a program under `guarded.sh`: it ends when {@link GuardedProcess.stop} is called and also when this process dies in whatever
 * way, because both close the guard's standard input.
 */
export function startGuarded(command: Command): GuardedProcess {
  const log = openSync(command.logFile, 'a');
  const logOffset = sizeOf(command.logFile);
  const child = spawn('/bin/sh', [guard, String(command.graceSeconds ?? 10), command.program, ...command.args], {
    stdio: ['pipe', log, log],
    detached: true,
    env: { ...process.env, ...command.env },
    ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
  });
  closeSync(log);
  child.stdin?.on('error', () => {});
  const exited = new Promise<Exit>((resolve) => {
    child.once('error', (error) => resolve({ code: null, words: `could not be started: ${error.message}` }));
    child.once('exit', (code, signal) => {
      child.stdin?.destroy();
      resolve({ code, words: code === null ? `was ended by ${signal ?? 'a signal'}` : `exited with code ${code}` });
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
 * Runs a program to its end, guarded like a server.
 * @throws Error with the last lines of its output when it ends otherwise than with code 0
 */
export async function runToEnd(what: string, command: Command): Promise<void> {
  const process = startGuarded(command);
  const exit = await process.exited;
  if (exit.code !== 0) {
    throw new Error(
      `Expected ${what} to end well, but it ${exit.words}.${quoteLog(command.logFile, process.logOffset)}`,
    );
  }
}

/** The last lines of a log, from an offset on, as a paragraph for an error message; the frames of Java's stack traces are left out. */
export function quoteLog(file: string, offset = 0, lines = 15): string {
  const from = Math.max(offset, sizeOf(file) - 16_384);
  const buffer = Buffer.alloc(Math.max(0, sizeOf(file) - from));
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
