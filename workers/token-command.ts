import { accessSync, constants, statSync } from 'node:fs';
import { FactError } from '../activities/errors.ts';
import type { Log } from '../common/log.ts';
import { programOutput } from '../common/program-output.ts';
import { ConfigError } from './config-error.ts';
import { isToken } from './token-file.ts';

/** Tokens of HDFS last 24 hours by default. A new one is got long before, so that a KDC may be away for most of a day. */
const RENEW_AFTER_MS = 3_600_000;
/** After a failure, and for a token that is refused again and again: a KDC may lock who logs in too often. */
const PAUSE_MS = 10_000;
const BOUNDS = { timeoutMs: 30_000, maxBytes: 64 * 1024 };

export interface TokenCommand {
  /**
   * The newest token. The program runs when there is none, when the token was refused, and beside the old token when that is an hour old. All
   * callers share a run. In the pause after a run, the newest token is used on.
   * @throws FactError that names the variable and never has a part of the token
   */
  read: () => Promise<string>;
  /** A server has refused this token. */
  refuse: (token: string) => void;
}

interface Effects {
  run(): Promise<string>;
  nowMs(): number;
}

/**
 * A token that a program prints, with a login of its own. It is held in memory only.
 * @throws ConfigError if it is no program
 */
export function createTokenCommand(
  variable: string,
  program: string,
  log: Log,
  { run, nowMs }: Effects = { run: () => programOutput(program, BOUNDS), nowMs: () => performance.now() },
): TokenCommand {
  checkProgram(variable, program);
  let token: string | undefined;
  let isRefused = false;
  let triedAtMs = -Infinity;
  let gotAtMs = -Infinity;
  let failure: FactError | undefined;
  let running: Promise<void> | undefined;

  async function renew(): Promise<void> {
    triedAtMs = nowMs();
    try {
      token = tokenIn(await run());
      [isRefused, gotAtMs, failure] = [false, nowMs(), undefined];
    } catch (error) {
      const wasWell = failure === undefined;
      failure = new FactError(
        `Expected ${variable} (${program}) to print a token, but ${(error as Error).message}. Run it by hand as the user of this process.`,
        { facts: { variable, program }, retryable: true },
      );
      if (wasWell && token !== undefined && !isRefused)
        log.warn('the old token is used on', { error: failure.message });
    }
  }

  const renewOnce = (): Promise<void> => (running ??= renew().finally(() => (running = undefined)));

  return {
    async read() {
      const isUsable = token !== undefined && !isRefused;
      const mayTry = nowMs() - triedAtMs >= PAUSE_MS;
      if (isUsable && nowMs() - gotAtMs >= RENEW_AFTER_MS && mayTry) void renewOnce();
      if (!isUsable && (mayTry || running !== undefined)) await renewOnce();
      // Another NameNode may take a token that one has refused, and there may be no newer one yet.
      if (token !== undefined && (!isRefused || failure === undefined)) return token;
      throw failure as FactError;
    },
    refuse(refused) {
      if (refused === token) isRefused = true;
    },
  };
}

function tokenIn(output: string): string {
  const text = output.trim();
  if (isToken(text)) return text;
  throw new Error(text === '' ? 'it printed nothing' : 'it printed another text');
}

function checkProgram(variable: string, program: string): void {
  let found: string | undefined;
  try {
    accessSync(program, constants.X_OK);
    if (!statSync(program).isFile()) found = 'a directory';
  } catch (error) {
    found = (error as NodeJS.ErrnoException).code ?? 'one that cannot be run';
  }
  if (found === undefined) return;
  throw new ConfigError(
    `Expected ${variable} (${program}) to be a program that can be run, found ${found}. It is a path without arguments: write a script, and make it executable.`,
  );
}
