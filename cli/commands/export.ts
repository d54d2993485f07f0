import { resolve } from 'node:path';
import { YELLOW_TABLES } from '../../activities/yellow/manifest.ts';
import { ConfigError } from '../../workers/config.ts';
import { defineCommand } from '../command.ts';
import { HOUR_OPTIONS, readHourRange } from '../hour-range.ts';
import { oneOf } from './one-of.ts';

const FORMATS = ['parquet', 'csv', 'jsonl', 'raw'] as const;

export const exportCommand = defineCommand({
  name: 'export',
  summary: 'Write a channel, or some hours, to a file: Parquet, CSV, JSON lines or raw IRC lines',
  description: `Writes the rows of a table to a file, for one channel, for some hours, or both. The file appears under its name when it is whole.

    raw writes the lines of chat as Twitch sent them, one per line, as rustlog and justlog keep them. They come from red: its hours are those in
    which lines were stored, and a line that two collectors received is there twice.

    In CSV, an apostrophe is put before a text that a spreadsheet would run as a formula; the other formats have every text as it is.`,
  exitCodes: `0 if the file was written, 78 for a wrong argument, 73 if the file exists or cannot be written, 69 if HDFS does not answer or has no
    such lines, 130 after Ctrl-C. Only 0 leaves a file.`,
  options: {
    out: { type: 'string', value: 'FILE', help: 'The file to write. Required.' },
    format: { type: 'string', value: 'FORMAT', help: `One of ${FORMATS.join(', ')}. Required.` },
    channel: { type: 'string', value: 'NAME', help: 'The login or the id of a channel. All channels by default.' },
    ...HOUR_OPTIONS,
    table: {
      type: 'string',
      default: 'chat',
      value: 'TABLE',
      help: `One of ${YELLOW_TABLES.join(', ')}; chat by default.`,
    },
    force: { type: 'boolean', default: false, help: 'Replace the file if it exists.' },
    json: { type: 'boolean', default: false, help: 'Print the file and the number of its rows as one JSON line.' },
  },
  examples: [
    'chatlake export --channel haneul --from 2026-11-25 --to 2026-11-25 --format csv --out haneul.csv',
    'chatlake export --table events --from 2026-11-25T14 --format parquet --out events.parquet',
  ],
  readsEnvironmentFile: true,
  async run({ out, format, channel, from, to, table, force, json }) {
    const range = readHourRange({ from, to });
    const chosen = oneOf('--format', FORMATS, format);
    const chosenTable = oneOf('--table', YELLOW_TABLES, table);
    if (!out) throw new ConfigError('Expected --out with the file to write, got nothing.');
    if (!channel && from === undefined && to === undefined)
      throw new ConfigError('Expected --channel, --from or --to, got none of them. Say what to write.');
    if (channel && chosenTable === 'tallies')
      throw new ConfigError('Expected --table with channels for --channel, got `tallies`. Leave --channel out.');
    if (chosen === 'raw' && chosenTable !== 'chat')
      throw new ConfigError(`Expected no --table with --format raw, got \`${table}\`. Raw lines are of all tables.`);
    const { exportFile } = await import('../export.ts');
    return exportFile({
      out: resolve(out),
      format: chosen,
      table: chosenTable,
      channel: channel || undefined,
      range,
      force,
      json,
    });
  },
});
