import { ConfigError } from '../../workers/config.ts';
import { defineCommand } from '../command.ts';

export const importCommand = defineCommand({
  name: 'import',
  summary: 'Import logs of chat: raw IRC lines, or the chat of a video from TwitchDownloader',
  description: `Sends the messages of logs the same way as chat that is collected live. FILE is one of these, also compressed with gzip or zstd:

    raw IRC lines, one per line, as rustlog, justlog, recent-messages and \`chatlake export --format raw\` write them; or the JSON of a chat that
    TwitchDownloader has saved.

    A message belongs to the hour in which it was sent, back to 2005, and has one row however often it is imported or collected. Files are read in the
    order of time. A line that cannot be read is named, and spoils nothing else. The logs appear in the tables and reports when the hour of the import
    has ended and was refined.

    After Ctrl-C or a crash, the same command goes on after the last line that Kafka has acknowledged, as long as the files are unchanged. After an
    import that ended, it sends everything again, which does no harm.

    Lines of an hour whose raw data was removed (RED_KEEP_DAYS), or that is older than YELLOW_KEEP_DAYS, are left out and counted: such an hour stays as it is.`,
  exitCodes: `0, 1 if some lines could not be read and the others were imported, 78 for a file that is no log, 69 if Kafka or HDFS does not answer,
    130 after Ctrl-C.`,
  arguments: ['FILE...'],
  options: { json: { type: 'boolean', default: false, help: 'Print the counts as one JSON line.' } },
  examples: ['chatlake import logs/7001/2023/11/*/channel.txt.gz', 'chatlake import "vod chat.json" --json'],
  readsEnvironmentFile: true,
  async run({ json }, paths) {
    const repeated = paths.find((path, index) => paths.indexOf(path) !== index);
    if (repeated !== undefined) throw new ConfigError(`Expected each file once, got \`${repeated}\` twice.`);
    const { importFiles } = await import('../import.ts');
    return importFiles({ paths, json });
  },
});
