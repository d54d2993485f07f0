import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../../../infra/twitch-simulator/random.ts';
import { asStored } from './as-stored.ts';
import { brokenLine, validLine } from './fuzzed-lines.ts';

const GOLDEN = join(import.meta.dirname, '..', '..', 'golden', 'lines');

/** The lines of all golden cases. The ids of each case are its own, so no line is a copy of another case's. */
export function goldenLines(): Buffer[] {
  const files = readdirSync(GOLDEN).filter((file) => file.endsWith('.irc'));
  return files.flatMap((file, place) =>
    readFileSync(join(GOLDEN, file), 'latin1')
      .split(/\r?\n/)
      .filter((line) => line !== '')
      .map((line) =>
        asStored(Buffer.from(line.replaceAll(/(?<=[@;](?:target-msg-)?id=)(?=.)/g, `${place}-`), 'latin1')),
      ),
  );
}

export function fuzzedLines(seed: string, count: number): Buffer[] {
  const random = new Random(`varied/${seed}`);
  return Array.from({ length: count }, () =>
    asStored(random.chance(0.3) ? brokenLine(random) : Buffer.from(validLine(random))),
  );
}

/** Times as text, some of them wrong, around an hour. */
function times(hour: string): string[] {
  const day = hour.slice(0, 10);
  return [
    `${hour}:00:01.000Z`,
    `${hour}:00:00+00:00`,
    `${hour}:00:01`,
    ` ${hour}:00:01.1234567Z `,
    `${day}T21:00:02.5+09:00`,
    '1999-01-01T00:00:00Z',
    'nonsense',
    '',
  ];
}

const NUMBERS = [
  '5',
  '5.5',
  '"7"',
  '" 8 "',
  '1e3',
  '-1',
  '1e300',
  'null',
  'true',
  '{}',
  '[1]',
  '2000000000000',
  '"1_000"',
];

/** Coverage records of an hour, and texts that are none. */
export function coverageLines(hour: string): string[] {
  const at = `"at":"${hour}:00:01.000Z"`;
  return [
    ...['join', 'loss', 'end', 'odd'].flatMap((kind) =>
      times(hour).map((time) =>
        JSON.stringify({
          kind,
          collector: 'c',
          at: time,
          channelId: '1',
          channelLogin: 'x',
          reason: `안녕 👍 ${time}`,
        }),
      ),
    ),
    ...NUMBERS.map(
      (number, place) =>
        `{"kind":"tally","collector":"c${place}","window":"${hour}:00:10.000Z","received":${number},"acknowledged":${number}}`,
    ),
    // Half of a surrogate pair, alone and beside a whole one; a backslash that escapes no pair.
    `{"kind":"join",${at},"channelId":"2","reason":"\\ud83d"}`,
    `{"kind":"join",${at},"channelId":"3","reason":"\\ud83d\\udc4d"}`,
    `{"kind":"join",${at},"channelId":"4","reason":"\\ud83d\\udc4d \\udc4d"}`,
    `{"kind":"join",${at},"channelId":"5","reason":"a\\\\ud83d"}`,
    `{"kind":"join",${at},"channelId":"6","reason":"a\\u0000b\\n\\t\\/"}`,
    ` {"kind":"join",${at},"channelId":"7"} `,
    `{"kind":"join","channelId":"8"} x`,
    `{"kind":"join","channelId":"9"}]`,
    `{"kind":"join","channelId":"10"},1`,
    `{"kind":"join","channelId":"11","x":"${'y'.repeat(70_000)}"}`,
    `{"kind":1,"collector":{"a":[1,2]}}`,
    ...['not json', '"text"', '[1]', '{}', '', 'null', '1'],
  ];
}
