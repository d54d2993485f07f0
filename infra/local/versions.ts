import { spawnSync } from 'node:child_process';

const TIMEOUT_MS = 60_000;

/** The output of a program that prints its version, from both streams and without colours; empty if the program fails. */
export function versionOutput(program: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return status === 0 ? `${stderr}\n${stdout}`.replaceAll(/\u001b\[[\d;]*m/g, '') : '';
}

/** 17 of `17.0.15`, 8 of `1.8.0_392` (JEP 223), 21 of `21-ea`. */
export function majorOf(version: string): number | undefined {
  const [, major] = /^(?:1\.)?(\d+)/.exec(version) ?? [];
  return major === undefined ? undefined : Number(major);
}

/** Whether a version, such as `1.25` or `3.8.7`, is at least `least`. */
export function isAtLeast(version: string, least: string): boolean {
  const wanted = least.split('.').map(Number);
  const found = version.split('.').map((part) => Number.parseInt(part, 10) || 0);
  for (const [index, part] of wanted.entries()) {
    const difference = (found[index] ?? 0) - part;
    if (difference !== 0) return difference > 0;
  }
  return true;
}
