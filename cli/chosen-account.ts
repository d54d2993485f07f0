import { Refusal } from '../common/refusal.ts';

/**
 * The account of `--account`. Without the option, the only one of TWITCH_ACCOUNTS.
 * @throws Refusal 78 if the choice is not clear
 */
export function chosenAccount(accounts: readonly string[], given: string | undefined): string {
  const [first = ''] = accounts;
  const names = accounts.join(', ');
  if (given === undefined) {
    if (accounts.length === 1) return first;
    throw new Refusal(78, `Expected --account to name one of the accounts in TWITCH_ACCOUNTS (${names}), got none.`);
  }
  if (accounts.includes(given)) return given;
  throw new Refusal(
    78,
    `Expected --account to name one of the accounts in TWITCH_ACCOUNTS (${names}), got \`${given}\`. To add it, set TWITCH_ACCOUNTS=${[...accounts, given].join(',')} and start the pipeline again.`,
  );
}
