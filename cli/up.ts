import { consoleProgress } from '../infra/local/progress.ts';
import { parametersOf } from '../workers/clients.ts';
import { UNUSED_STORE_KEY, readConfig } from '../workers/config.ts';
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

/** `make up`: runs the pipeline on the real Twitch, or on the addresses in the environment, until Ctrl-C. */
export async function up(): Promise<void> {
  const signal = interruption();
  const config = readConfig(withPlaceholderKey(process.env));
  twitchCredentials(config);
  if (config.TWITCH_CHAT_ANONYMOUS) {
    consoleProgress.step(
      'chat',
      'read without an account (TWITCH_CHAT_ANONYMOUS=yes). Twitch does not document this: it may stop working at any time.',
    );
  } else {
    consoleProgress.step(
      'chat',
      `read as the account ${config.TWITCH_ACCOUNT}, with the user token at secrets/twitch/${config.TWITCH_ACCOUNT}`,
    );
  }
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
