import { ConfigError } from '../../workers/config.ts';
import { defineCommand } from '../command.ts';

export const forgetCommand = defineCommand({
  name: 'forget',
  summary: 'Erase one user from the collected chat and the reports',
  description: `Erases a user by the number of the account at Twitch, for ever: their messages and notices, and what other lines carry of them:
    replies, mentions by login, gifts, bans and deletions. New lines of the user are not stored any more. Counts of messages stay.

    A workflow does the work, and proves at its end that nothing is left. The command prints its progress and waits for it; Ctrl-C ends the
    command and not the workflow. Logins of the user are found by the number; --login adds one under which others mention the user.

    The command asks before it begins. Lines in Kafka stay until Kafka deletes them; the answer says when that is.`,
  exitCodes: `0 if nothing is left, 1 if files still tell of the user, 78 if it was not confirmed, 69 if Temporal or the parameter store does not
    answer, 130 after Ctrl-C.`,
  arguments: ['USERID'],
  options: {
    login: { type: 'string', multiple: true, value: 'LOGIN', help: 'A login of the user. Can be repeated.' },
    yes: { type: 'boolean', default: false, help: 'Begin without asking.' },
    json: { type: 'boolean', default: false, help: 'Print the result as one JSON line.' },
  },
  examples: ['chatlake forget 40004', 'chatlake forget 40004 --login lark --yes --json'],
  readsEnvironmentFile: true,
  async run({ login = [], yes, json }, [userId = '']) {
    if (!/^\d{1,20}$/.test(userId))
      throw new ConfigError(
        `Expected the number of a user at Twitch after \`chatlake forget\`, got \`${userId}\`. Give the user_id that the table chat has.`,
      );
    const odd = login.find((it) => !/^\w{1,25}$/.test(it));
    if (odd !== undefined) throw new ConfigError(`Expected --login to be a login of Twitch, got \`${odd}\`.`);
    const { forget } = await import('../forget.ts');
    return forget({ userId, logins: login, yes, json });
  },
});
