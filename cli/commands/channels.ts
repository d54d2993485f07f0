import { ConfigError } from '../../workers/config.ts';
import { LOGIN } from '../../workflows/login.ts';
import { defineCommand } from '../command.ts';

export const channelsCommand = defineCommand({
  name: 'channels',
  summary: 'Add, remove and list the channels whose chat is collected',
  description: `Edits the channels in config/stream-poll of the parameter store. They get a room first, however few viewers they have; the
    other rooms are for the largest streams. The next poll uses the list.

    \`list\` shows every channel that is listed or has a room: its viewers, messages of the last minute, since when it is heard, the last gap, and
    why it is not heard; with several accounts, which one reads it. Below it says what is wrong with the poll and with accounts, and what gives
    more rooms.`,
  exitCodes: `0, 78 for what is no login, 69 if the parameter store or Temporal does not answer.`,
  arguments: ['list | add LOGIN... | remove LOGIN...'],
  options: {
    json: { type: 'boolean', default: false, help: 'Print the result as JSON: one channel per line, then the poll.' },
  },
  examples: [
    'chatlake channels list',
    'chatlake channels add haneul_baram mosswoodfox',
    'chatlake channels remove mosswoodfox',
  ],
  readsEnvironmentFile: true,
  async run({ json }, [action = '', ...names]) {
    const logins = names.map(loginIn);
    if (action === 'list' && logins.length === 0) {
      const { listChannels } = await import('../channels.ts');
      return listChannels(json);
    }
    if ((action !== 'add' && action !== 'remove') || logins.length === 0)
      throw new ConfigError('Expected `list`, `add LOGIN...` or `remove LOGIN...` after `chatlake channels`. See `chatlake channels --help`.'); // prettier-ignore
    const odd = logins.find((login) => !LOGIN.test(login));
    if (odd !== undefined) throw new ConfigError(`Expected logins of Twitch, got \`${odd}\`. A login is the name in the address of the channel: letters, digits and _, at most 25.`); // prettier-ignore
    const { changeChannels } = await import('../channels.ts');
    return changeChannels(action, logins, json);
  },
});

/** The login in what people type or paste: `Name`, `#name`, `@name`, `https://www.twitch.tv/name?…`. */
function loginIn(text: string): string {
  const [, name = text] = /^(?:https?:\/\/)?(?:[a-z]+\.)?twitch\.tv\/([^/?#]+)/i.exec(text) ?? [];
  return name.toLowerCase().replace(/^[#@]/, '');
}
