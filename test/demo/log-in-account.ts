import assert from 'node:assert/strict';
import type { Control } from '../day/control.ts';
import { chatlake } from './command.ts';

/** Logs a user in for an account with `chatlake login`, in the browser of the simulator. */
export async function logInAccount(
  control: Control,
  env: Record<string, string>,
  { account, login }: { account: string; login: string },
): Promise<void> {
  await control.logInBrowser(login);
  const command = chatlake(['login', '--port', '0', '--account', account], env);
  const [, address = ''] = await command.said(/\n {2}(http\S+authorize\S+)\n/);
  await fetch(address);
  assert.equal(await command.exited(), 0, command.stderr());
}
