import { writeFileSync } from 'node:fs';
import { aborted, interruption } from '../../cli/interrupt.ts';
import { createLogger } from '../../workers/logger.ts';

/* Stops cleanly when it is interrupted, and then writes `done` to the file in its arguments. Without a file it never ends. */
const [file] = process.argv.slice(2);
const log = createLogger('interrupted', 'info');
const signal = interruption();
const alive = setInterval(() => process.stdout.write('alive\n'), 20);
process.stdout.write('started\n');
await aborted(signal);
for (let step = 0; step < 20; step += 1) {
  log.info('stopping', { step });
  process.stderr.write(`step ${step}\n`);
  await new Promise(setImmediate);
}
if (file !== undefined) {
  writeFileSync(file, 'done');
  clearInterval(alive);
}
