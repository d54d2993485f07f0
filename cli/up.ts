import { consoleProgress } from '../infra/local/progress.ts';
import { parametersOf } from '../workers/clients.ts';
import { readConfig, twitchCredentials } from '../workers/config.ts';
import { interruption } from './interrupt.ts';
import { linkLines } from './links.ts';
import { startPipeline } from './pipeline.ts';
import { terminalLog } from './terminal-log.ts';
import { watchHealth } from './watch-health.ts';

/** The environment with a stand-in for the key of a store of our own, which is made at the start. */
function withOwnKey(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return env['PARAMETER_STORE_URL'] ? env : { ...env, PARAMETER_STORE_KEY: 'x'.repeat(16) };
}

/** `make up`: the pipeline for real Twitch, or whatever stands at the addresses of the environment. Runs until Ctrl-C. */
export async function up(): Promise<void> {
  const signal = interruption();
  const config = readConfig(withOwnKey(process.env));
  twitchCredentials(config);
  if (config.TWITCH_CHAT_ANONYMOUS) {
    consoleProgress.step(
      'chat',
      'is read without an account (TWITCH_CHAT_ANONYMOUS=yes). Twitch does not document that: it may end any day.',
    );
  } else {
    consoleProgress.step(
      'chat',
      `is read as the account ${config.TWITCH_ACCOUNT}, whose user token is at secrets/twitch/${config.TWITCH_ACCOUNT}`,
    );
  }
  const pipeline = await startPipeline({
    env: {},
    progress: consoleProgress,
    log: terminalLog(consoleProgress),
    signal,
  });
  process.stderr.write(
    `${(await linkLines(pipeline)).join('\n')}\n  Started. What it hears, or why it hears nothing, follows. Ctrl-C stops.\n\n`,
  );
  await watchHealth(parametersOf(pipeline.config), consoleProgress, signal);
  await pipeline.stop();
}
