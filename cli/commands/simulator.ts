import { ConfigError } from '../../workers/config.ts';
import { defineCommand } from '../command.ts';

export const simulatorCommand = defineCommand({
  name: 'simulator',
  summary: 'Run only the simulated Twitch, for a pipeline that runs elsewhere',
  description: `Runs the simulated Twitch of the demo until SIGTERM or Ctrl-C, and prints its log as JSON lines on stdout. The first line has the
    values of TWITCH_API_URL, TWITCH_ID_URL, TWITCH_IRC_URL, TWITCH_CLIENT_ID and TWITCH_CLIENT_SECRET for the pipeline. Its control port, which
    tests use, listens on 127.0.0.1 only.`,
  exitCodes: `0 after SIGTERM or Ctrl-C, 78 for a wrong argument, 69 if a port is taken.`,
  options: {
    host: {
      type: 'string',
      default: '127.0.0.1',
      value: 'IP',
      help: 'The address to listen on; 127.0.0.1 by default.',
    },
    'api-port': { type: 'string', default: '8090', value: 'N', help: 'The port of Helix and OAuth; 8090 by default.' },
    'irc-port': { type: 'string', default: '6667', value: 'N', help: 'The port of chat; 6667 by default.' },
    'control-port': { type: 'string', default: '8091', value: 'N', help: 'The control port; 8091 by default.' },
    seed: { type: 'string', default: '1', value: 'N', help: 'Simulate another Twitch. A whole number; 1 by default.' },
  },
  examples: ['chatlake simulator --host 0.0.0.0 --seed 7'],
  readsEnvironmentFile: false,
  async run(values) {
    const number = (name: 'api-port' | 'irc-port' | 'control-port' | 'seed', highest: number): number => {
      const value = Number(values[name]);
      if (/^\d+$/.test(values[name]) && value <= highest) return value;
      throw new ConfigError(`Expected --${name} to be a whole number up to ${highest}, got \`${values[name]}\`.`);
    };
    const ports = {
      api: number('api-port', 65_535),
      irc: number('irc-port', 65_535),
      control: number('control-port', 65_535),
    };
    const seed = number('seed', Number.MAX_SAFE_INTEGER);
    const { runSimulator } = await import('../simulator.ts');
    return runSimulator({ host: values.host, ports, seed });
  },
});
