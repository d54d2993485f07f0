import { Refusal } from '../common/refusal.ts';
import { startTwitchSimulator } from '../infra/twitch-simulator/index.ts';
import type { TwitchSimulator, TwitchSimulatorOptions } from '../infra/twitch-simulator/index.ts';
import { createLogger } from '../workers/logger.ts';
import { aborted, interruption } from './interrupt.ts';
import { simulatorEnvironment } from './simulator-environment.ts';

/** Runs the simulated Twitch until the process is stopped. */
export async function runSimulator(
  options: Required<Pick<TwitchSimulatorOptions, 'host' | 'ports' | 'seed'>>,
): Promise<void> {
  const log = createLogger('simulator', 'info');
  const signal = interruption();
  const simulator = await start(options);
  log.info('simulated Twitch listens', { ...simulatorEnvironment(simulator), controlUrl: simulator.controlUrl });
  await aborted(signal);
  await simulator.stop();
  log.info('stopped');
}

async function start(options: TwitchSimulatorOptions): Promise<TwitchSimulator> {
  try {
    return await startTwitchSimulator(options);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE' && code !== 'EADDRNOTAVAIL' && code !== 'EACCES') throw error;
    throw new Refusal(
      69,
      `Expected an address of this machine and free ports for the simulated Twitch, got ${message}. Give others with --host, --api-port, --irc-port and --control-port.`,
      error,
    );
  }
}
