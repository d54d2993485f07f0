import { Refusal } from '../../common/refusal.ts';
import { literal } from '../duckdb/literal.ts';
import { listHours, listReadableTiles } from '../red/list-tiles.ts';
import { abortable } from '../../common/abortable.ts';
import type { QueryDeps } from './ask.ts';
import { isLineOfChannel } from './channel.ts';
import type { Fetched } from './local-files.ts';
import type { HourRange } from './sources.ts';

/**
 * Writes the lines of chat in red, as they were received, one tile after the other: by append hour, partition and offset. So the lines of one
 * channel are in the order of Kafka. A line that was received twice comes twice. Invalid UTF-8 is restored. gempir/justlog (filelog/) keeps such
 * files: a line as received, then `\n`.
 * @returns their number
 * @throws Refusal 69 if red has no such hour
 */
export async function writeRawLines(
  deps: QueryDeps,
  wanted: { channel: string | undefined; range: HourRange; fetched: Fetched; signal: AbortSignal },
  write: (lines: Buffer) => Promise<void>,
): Promise<number> {
  const { channel, range, fetched, signal } = wanted;
  const { hdfs, root, files, withDatabase } = deps;
  const all = await abortable(signal, listHours(hdfs, root, 'chat'));
  const hours = all.filter((hour) => hour >= (range.from ?? '') && (range.to === undefined || hour <= range.to));
  if (hours.length === 0) {
    const found = all.length === 0 ? 'no hour' : `${all[0]} to ${all.at(-1)}`;
    throw new Refusal(69, `Expected lines in ${root}/red/chat in these hours, found ${found}. Change --from and --to.`);
  }
  const tiles = await abortable(signal, listReadableTiles(hdfs, root, 'chat', hours));
  const done = { files: 0, ofFiles: tiles.length, bytes: 0 };
  const where = channel === undefined ? 'true' : isLineOfChannel(channel);
  let count = 0;
  for (const tile of tiles) {
    const local = await abortable(signal, files.fetch(tile));
    fetched(Object.assign(done, { files: done.files + 1, bytes: done.bytes + tile.length }));
    await withDatabase(async (connection) => {
      const sql = `SELECT line FROM read_parquet(${literal(local)}) WHERE line IS NOT NULL AND ${where} ORDER BY kafka_offset`;
      const result = await connection.stream(sql);
      for (
        let chunk = await result.fetchChunk();
        chunk !== null && chunk.rowCount > 0;
        chunk = await result.fetchChunk()
      ) {
        signal.throwIfAborted();
        const lines = chunk.getRows().flatMap(([line]) => [unescaped(String(line)), NEW_LINE]);
        await write(Buffer.concat(lines));
        count += chunk.rowCount;
      }
    });
  }
  return count;
}

const NEW_LINE = Buffer.from('\n');
const ESCAPE = /[\u{10f700}-\u{10f7ff}]/u;

/** Undoes what `activities/load/red-row.ts` does with bytes that are no UTF-8: the character U+10F700 + b was the byte b. */
function unescaped(line: string): Buffer {
  if (!ESCAPE.test(line)) return Buffer.from(line);
  return Buffer.concat(
    Array.from(line, (character) => {
      const byte = (character.codePointAt(0) ?? 0) - 0x10f700;
      return byte >= 0 && byte <= 0xff ? Buffer.of(byte) : Buffer.from(character);
    }),
  );
}
