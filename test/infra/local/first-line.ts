import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/** The first line that a child writes to stdout. @throws Error if it ends without one */
export async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('Expected a child whose stdout is a pipe');
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error(`Expected the child to write a line, but it ended without one (code ${child.exitCode})`);
}
