import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { identifyProcess, isLiving } from '../infra/local/process-identity.ts';

/** The address of the local parameter store, and the process that runs it, for commands that run beside it. */
const fileOf = (dataDirectory: string): string => join(dataDirectory, 'servers', 'parameter-store.url');

/** Notes that this process runs the store. */
export function writeStoreAddress(dataDirectory: string, url: string): void {
  const file = fileOf(dataDirectory);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${url}\n${identifyProcess(process.pid) ?? ''}\n`);
}

/** Undefined if the process that wrote it has ended: another program may have its port now. */
export function readStoreAddress(dataDirectory: string): string | undefined {
  try {
    const [url = '', holder = ''] = readFileSync(fileOf(dataDirectory), 'utf8').split('\n');
    return isLiving(holder) ? url : undefined;
  } catch {
    return undefined;
  }
}
