import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { compactRedHour } from '../../../activities/compact/compaction.ts';
import { fenceOthers } from '../../../activities/hdfs/fence.ts';
import { NOBODY } from '../../../activities/opt-out/list.ts';
import type { OptOut } from '../../../activities/opt-out/list.ts';
import { listReadableTiles } from '../../../activities/red/list-tiles.ts';
import { createDuckdbEngine } from '../../../activities/yellow/duckdb-engine.ts';
import type { RefineEngine } from '../../../activities/yellow/engine.ts';
import { createYellowWriter } from '../../../activities/yellow/files.ts';
import { readManifest } from '../../../activities/yellow/manifest.ts';
import type { Manifest } from '../../../activities/yellow/manifest.ts';
import { createPieceParser } from '../../../activities/yellow/pieces.ts';
import type { ParsePiece } from '../../../activities/yellow/pieces.ts';
import { refinementsDirectory } from '../../../activities/yellow/publishing.ts';
import { refineRedHour } from '../../../activities/yellow/refinement.ts';
import { silentLog } from '../../../common/log.ts';
import { openTestLake } from '../../integration/test-lake.ts';
import type { LakeDeps, TestLake } from '../../integration/test-lake.ts';

const HOUR = '2026-11-25T12';
const TILES = 4;
const LINES = 40;
const SENT_AT = Date.parse(`${HOUR}:02:00.000Z`);

/** Messages as Twitch sends them and others, subs and bans. */
function line(number: number): string {
  const end = `room-id=${number % 3};subscriber=0;tmi-sent-ts=${SENT_AT + number};turbo=0;user-id=${number % 7};user-type=`;
  const from = `:u${number % 7}!u${number % 7}@u${number % 7}.tmi.twitch.tv`;
  if (number % 5 === 1) return `@id=odd-${number};${end} ${from} PRIVMSG #c${number % 3} :odd ${number}`;
  if (number % 5 === 2) return `@id=sub-${number};msg-id=resub;${end} :tmi.twitch.tv USERNOTICE #c${number % 3}`;
  if (number % 5 === 3)
    return `@target-user-id=${number % 7};${end} :tmi.twitch.tv CLEARCHAT #c${number % 3} :u${number % 7}`;
  const tags = `badge-info=;badges=;color=;display-name=U${number % 7};emotes=;first-msg=0;flags=;id=m-${number};mod=0;returning-chatter=0`;
  return `@${tags};${end} ${from} PRIVMSG #c${number % 3} :hello ${number}`;
}

describe('an open hour that grows tile by tile', () => {
  let lake: TestLake;
  let deps: LakeDeps;
  /** How many tiles each piece was made of. */
  let parsed: number[];
  let optOut: OptOut;

  beforeEach(async () => {
    lake = await openTestLake('open-hour');
    parsed = [];
    optOut = NOBODY;
    deps = {
      ...lake.deps,
      engine: newEngine((tiles) => parsed.push(tiles)),
      readOptOut: () => Promise.resolve(optOut),
    };
  });

  afterEach(() => lake.remove());

  /** An engine that has kept nothing yet. `parsing` gets the number of tiles of each piece. */
  function newEngine(parsing: (tiles: number) => void): RefineEngine {
    const { withDatabase } = lake.red;
    const parse = createPieceParser(withDatabase);
    const parsePiece: ParsePiece = (hour, red, ...more) => {
      parsing(red.tiles.length);
      return parse(hour, red, ...more);
    };
    return createDuckdbEngine({ ...lake.deps, parsePiece, writeYellowFiles: createYellowWriter(withDatabase) });
  }

  /** The tables of the hour as another refiner would make them now. */
  async function madeAtOnce(engine = newEngine(() => {})): Promise<Manifest['tables']> {
    const { hdfs } = lake.deps;
    const directory = await fenceOthers(hdfs, refinementsDirectory(lake.root), '2026-11-25T00');
    const chat = await listReadableTiles(hdfs, lake.root, 'chat', [HOUR]);
    const red = { chat, coverage: [], polls: [], isOpen: false };
    return engine(HOUR, red, directory, new AbortController().signal);
  }

  const refine = async (complete = false) => {
    parsed.length = 0;
    await refineRedHour(deps, HOUR, complete, new AbortController().signal);
    const manifest = await readManifest(lake.deps.hdfs, lake.root, HOUR);
    return manifest?.tables;
  };

  /** Half of the lines of a tile are copies of lines of the tile before, some with an earlier time of the broker. */
  async function addTile(minute: number): Promise<void> {
    const linesOf = (of: number): string[] => Array.from({ length: LINES }, (_, place) => line(of * LINES + place));
    const lines = [...linesOf(minute).slice(0, LINES / 2), ...linesOf(minute - 1).slice(0, LINES / 2)];
    const secondOf = (place: number): string => String((place * 7 + minute) % 60).padStart(2, '0');
    await lake.red.add(
      'chat',
      lines.map((it, place) => ({
        line: it,
        appendedAt: `${HOUR}:${String(place < LINES / 2 ? minute : minute - 2).padStart(2, '0')}:${secondOf(place)}.000Z`,
        collector: place < LINES / 2 ? 'c1' : 'c2',
      })),
    );
  }

  const scratchLeft = async (): Promise<string[]> =>
    (await readdir(lake.deps.scratchDirectory)).filter((name) => /^(piece|yellow)-/.test(name));

  it('has after each tile the rows and digests of an hour that is made at once, and parses each tile once', async () => {
    for (let minute = 2; minute < 2 + TILES; minute++) {
      await addTile(minute);
      const grown = await refine();
      assert.deepEqual(parsed, [1]);
      assert.deepEqual(grown, await madeAtOnce());
    }
    const complete = await refine(true);
    assert.deepEqual(parsed, [TILES]);
    assert.ok((complete?.chat?.rows ?? 0) > TILES && (complete?.events?.rows ?? 0) > 0);
    assert.deepEqual(await scratchLeft(), []);
  });

  it('is made at once again after a tile was united, rewritten, or somebody opted out', async () => {
    for (const minute of [2, 3]) {
      await addTile(minute);
      await refine();
    }
    await compactRedHour({ ...lake.deps, log: silentLog }, HOUR, new AbortController().signal);
    const united = await refine();
    assert.deepEqual(parsed, [1]);
    assert.deepEqual(united, await madeAtOnce());
    await addTile(4);
    optOut = { entries: [{ userId: '1', since: '', forgotten: false }], damaged: 0 };
    await refine();
    assert.deepEqual(parsed, [2]);
    assert.equal((await scratchLeft()).length, 1);
  });

  it('has a line once that lies in two tiles, which only a person can have caused', async () => {
    await addTile(2);
    const once = await madeAtOnce();
    const [tile] = await listReadableTiles(lake.deps.hdfs, lake.root, 'chat', [HOUR]);
    assert.ok(tile !== undefined);
    const local = join(lake.directory, 'copy.parquet');
    await lake.deps.hdfs.download(tile.path, local);
    await lake.deps.hdfs.upload(local, tile.path.replace('/p0-', '/p1-'), { createParent: false });
    const twice = await madeAtOnce();
    assert.deepEqual(twice.chat, once.chat);
  });

  it('is made in smaller pieces when the lines do not fit into the memory, with the same rows', async () => {
    for (const minute of [2, 3]) await addTile(minute);
    const whole = await madeAtOnce();
    const { withDatabase } = lake.red;
    const parse = createPieceParser(withDatabase);
    const ranges: string[] = [];
    const parsePiece: ParsePiece = async (hour, red, ...more) => {
      const { from, to } = red.offsets ?? { from: 0n, to: 1000n };
      if (to - from > 20n) throw new Error('Out of Memory Error: failed to allocate data of size 16.0 MiB');
      ranges.push(`${from}-${to}`);
      return parse(hour, red, ...more);
    };
    const writeYellowFiles = createYellowWriter(withDatabase);
    const divided = await madeAtOnce(createDuckdbEngine({ ...lake.deps, parsePiece, writeYellowFiles }));
    assert.deepEqual(ranges, ['0-20', '20-40', '40-60', '60-80']);
    assert.deepEqual(divided, whole);
    assert.deepEqual(await scratchLeft(), []);
  });
});
