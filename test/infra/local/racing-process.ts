import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from '../../../infra/local/cache.ts';
import { claimDirectory } from '../../../infra/local/directory-claim.ts';

/*
 * One of several processes that claim the same directories, or build the same cache entries, at the same moments. Prints a line to stdout
 * for each directory that it got. Holds its claims until stdin ends.
 */
const [kind = '', base = '', rounds = '', startAtMs = ''] = process.argv.slice(2);

async function claim(round: number): Promise<void> {
  await claimDirectory(join(base, String(round))).then(
    () => console.log(`claimed ${round}`),
    () => {},
  );
}

async function build(round: number): Promise<void> {
  const name = `thing-${round}`;
  const place = await cached({
    name,
    lock: name,
    isComplete: (directory) => existsSync(join(directory, 'whole')),
    build: async (directory) => {
      appendFileSync(join(base, 'builds'), `${name}\n`);
      for (const part of ['a', 'b', 'whole']) {
        await new Promise(setImmediate);
        writeFileSync(join(directory, part), '');
      }
    },
  });
  if (!['a', 'b', 'whole'].every((part) => existsSync(join(place, part)))) console.log(`half ${round}`);
}

mkdirSync(base, { recursive: true });
for (let round = 0; round < Number(rounds); round += 1) {
  // Busy-waits to start at the same moment as the others.
  while (Date.now() < Number(startAtMs) + round * 10);
  await (kind === 'claim' ? claim(round) : build(round)).catch((error: unknown) => console.log(String(error)));
}
console.log('done');
process.stdin.resume();
