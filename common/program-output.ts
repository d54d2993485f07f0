import { spawn } from 'node:child_process';
import { withoutSecrets } from './secret-variables.ts';

interface OutputBounds {
  /** After that the program and all that it has started are killed. */
  timeoutMs: number;
  maxBytes: number;
}

/** Of what a program says about its failure, in characters. */
const LONGEST_REASON = 300;
/** A token, as Hadoop and others write it. A script that is traced (`set -x`) prints it. */
const TOKEN_LIKE = /[\w-]{24,}={0,2}/g;

/**
 * Runs a program without arguments and without a shell, and returns its standard output. It gets our environment without secrets.
 * @throws Error whose message continues a sentence after "but": it never has a part of the output. It ends with the last line of
 * standard error, without what may be a token.
 */
export function programOutput(program: string, { timeoutMs, maxBytes }: OutputBounds): Promise<string> {
  return new Promise((resolve, reject) => {
    // A group of its own, so that what it has started can be killed, too.
    const options = { detached: true, env: withoutSecrets(process.env) } as const;
    const child = spawn(program, [], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const kill = (): void => killGroup(child.pid);
    process.once('exit', kill);
    let isOver = false;
    const end = (): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      process.off('exit', kill);
      // Its children may still hold the output.
      kill();
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const fail = (reason: string): void => {
      end();
      reject(new Error(reason));
    };
    const timer = setTimeout(() => fail(`it had not ended after ${timeoutMs / 1000} s`), timeoutMs);
    const chunks: Buffer[] = [];
    let bytes = 0;
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes > maxBytes) fail(`it printed more than ${maxBytes} bytes`);
    });
    child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4096)));
    child.once('error', (error: NodeJS.ErrnoException) => fail(`it could not be started (${error.code ?? 'unknown'})`));
    child.once('close', (code, signal) => {
      end();
      if (code === 0) resolve(Buffer.concat(chunks).toString());
      else
        reject(
          new Error(`it ${code === null ? `was killed by ${signal}` : `exited with code ${code}`}${reasonIn(said)}`),
        );
    });
  });
}

function reasonIn(said: string): string {
  const last =
    said
      .trim()
      .split('\n')
      .at(-1)
      ?.replaceAll(TOKEN_LIKE, '…')
      .replaceAll(/[^\P{Cc}\t]/gu, '') ?? '';
  return last === '' ? '' : `: ${last.slice(0, LONGEST_REASON)}`;
}

function killGroup(group: number | undefined): void {
  try {
    if (group !== undefined) process.kill(-group, 'SIGKILL');
  } catch {
    // All of its processes have ended.
  }
}
