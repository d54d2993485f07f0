import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Refusal } from '../../common/refusal.ts';

/** The path of a program on PATH, or undefined. */
export function onPath(name: string): string | undefined {
  return allOnPath(name)[0];
}

/** The paths of all programs of this name on PATH, in its order. */
export function allOnPath(name: string): string[] {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((directory) => directory !== '')
    .map((directory) => join(directory, name))
    .filter(isExecutable);
}

/**
 * The path of a program.
 * @throws Refusal 69 with the program, its purpose and the remedy if it is not on PATH
 */
export function requireProgram(name: string, purpose: string, remedy: string): string {
  const path = onPath(name);
  if (path === undefined) {
    throw new Refusal(69, `Expected \`${name}\` on PATH (${purpose}), found none. ${remedy}`);
  }
  return path;
}

/** Whether the path is an executable file. Directories also have the execute permission. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
