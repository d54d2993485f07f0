import { ANONYMOUS_ROOMS, ROOMS_PER_ACCOUNT } from '../activities/twitch/room-plan.ts';
import { consoleProgress } from '../infra/local/progress.ts';
import { parametersOf } from '../workers/clients.ts';
import { UNUSED_STORE_KEY, readConfig } from '../workers/config.ts';
import type { Config } from '../workers/config.ts';
import { twitchCredentials } from '../workers/twitch-settings.ts';
import { interruption } from './interrupt.ts';
import { linkLines } from './links.ts';
import { startPipeline } from './pipeline.ts';
import { terminalLog } from './terminal-log.ts';
import { watchHealth } from './watch-health.ts';

/** Adds a placeholder for the key of the local parameter store: the real one is created when the store starts. */
function withPlaceholderKey(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return env['PARAMETER_STORE_URL'] ? env : { ...env, ...UNUSED_STORE_KEY };
}

function howChatIsRead({ TWITCH_CHAT_ANONYMOUS: isAnonymous, TWITCH_ACCOUNTS: accounts }: Config): string {
  if (isAnonymous)
    return `read without an account (TWITCH_CHAT_ANONYMOUS=yes), up to ${ANONYMOUS_ROOMS.toLocaleString('en')} channels. Twitch does not document this: it may stop working at any time.`;
  const rooms = `up to ${ROOMS_PER_ACCOUNT} channels`;
  if (accounts.length === 1)
    return `read as the account ${accounts[0]}, ${rooms}, with the user token at secrets/twitch/${accounts[0]}`;
  return `read as the accounts ${accounts.join(', ')}, ${rooms} each, with their user tokens at secrets/twitch/`;
}

/** `make up`: runs the pipeline on the real Twitch, or on the addresses in the environment, until Ctrl-C. */
export async function up(): Promise<void> {
  const signal = interruption();
  const config = readConfig(withPlaceholderKey(process.env));
  twitchCredentials(config);
  consoleProgress.step('chat', howChatIsRead(config));
  const pipeline = await startPipeline({
    env: {},
    progress: consoleProgress,
    log: terminalLog(consoleProgress),
    signal,
  });
  process.stderr.write(
    `${(await linkLines(pipeline)).join('\n')}\n  Started. Health messages follow. Press Ctrl-C to stop.\n\n`,
  );
  await watchHealth(parametersOf(pipeline.config), consoleProgress, signal);
  await pipeline.stop();
}
