import { join } from 'node:path';
import { peopleOf } from '../opt-out/list.ts';
import { publishDay } from '../retain/publish-day.ts';
import type { DayFiles, DayRun } from '../retain/publish-day.ts';
import { dayDirectory } from '../yellow/day-manifest.ts';
import type { DayManifest } from '../yellow/day-manifest.ts';
import { dayRowsOf } from '../yellow/day-rows.ts';
import { localYellowFile } from '../yellow/files.ts';
import { YELLOW_TABLES } from '../yellow/manifest.ts';
import type { YellowTable } from '../yellow/manifest.ts';
import type { RefinementDeps } from '../yellow/refinement.ts';
import type { Hour } from '../../workflows/hour.ts';
import type { RedactYellow } from './redact-yellow.ts';

/**
 * Redacts the united hours of a day of yellow: its files are split into hours, each hour is redacted as one that was never united, and the hours
 * are united again and published as by a union.
 */
export async function eraseYellowDay(
  deps: Pick<RefinementDeps, 'readOptOut'> & { redactYellow: RedactYellow },
  run: DayRun,
): Promise<void> {
  const { old, localDirectory } = run;
  if (old === undefined) return;
  const people = peopleOf((await deps.readOptOut()).entries);
  const hours = old.hours.map(({ hour }) => hour);
  const directoryOf = (hour: Hour): string => join(localDirectory, hour);
  for (const table of YELLOW_TABLES) await splitTable(run, old, table, directoryOf);
  const files = Object.fromEntries(YELLOW_TABLES.map((table) => [table, []])) as unknown as DayFiles;
  for (const { hour, rows, removed } of old.hours) {
    const tables = YELLOW_TABLES.filter((table) => (rows[table] ?? 0) > 0);
    if (tables.length === 0) continue;
    // The tables of people are gone, and without messages the counts of tallies cannot be made again.
    const versions = removed === undefined ? await deps.redactYellow(directoryOf(hour), tables, people) : {};
    for (const table of YELLOW_TABLES)
      if ((versions[table]?.rows ?? rows[table] ?? 0) > 0)
        files[table].push({ path: localYellowFile(directoryOf(hour), table), hour });
  }
  await publishDay(run, hours, files);
}

async function splitTable(
  { hdfs, root, day, localDirectory, dayTables, disk }: DayRun,
  manifest: DayManifest,
  table: YellowTable,
  directoryOf: (hour: Hour) => string,
): Promise<void> {
  const file = manifest.tables[table]?.file;
  if (file === undefined) return;
  const local = join(localDirectory, `${table}-before.parquet`);
  await hdfs.download(`${dayDirectory(root, table, day)}/${file}`, local);
  const hours = manifest.hours.flatMap(({ hour, rows }) => ((rows[table] ?? 0) > 0 ? [hour] : []));
  await dayTables.split(table, dayRowsOf(manifest, table, local, hours), (hour) =>
    localYellowFile(directoryOf(hour), table),
  );
  await disk.remove(local);
}
