import { backfill } from './backfill.ts';
import { channels } from './channels.ts';
import { openHour } from './open-hour.ts';
import { poll } from './poll.ts';
import { publish } from './publish.ts';
import { refine } from './refine.ts';

/** `npm run bench -- <name>`: each figure is one JSON line on stdout, progress goes to stderr. */
const BENCHES: Record<string, () => Promise<void>> = {
  backfill,
  channels,
  'open-hour': openHour,
  poll,
  publish,
  refine,
};

const name = process.argv[2] ?? '';
const bench = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
if (bench === undefined) {
  process.stderr.write(
    `Expected the name of a benchmark, got \`${name}\`. Use one of: ${Object.keys(BENCHES).join(', ')}.\n`,
  );
  process.exit(78);
}
await bench();
process.exit();
