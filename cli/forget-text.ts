import type { ForgetProgress } from '../workflows/forget-user.ts';

const STEPS: Record<ForgetProgress['step'], string> = {
  started: 'looking for days with chat',
  entered: 'redacting the stored lines',
  redErased: 'making tables again',
  yellowErased: 'removing copies',
  copiesDropped: 'publishing reports again',
  reportsPublished: 'waiting until collectors have sent the lines that they have on disk',
  spillsSent: 'reading everything again, as a proof',
  proven: 'finished',
};

/** What is being done now: `round 1, redacting the stored lines: 2026-11-25 done`. */
export function progressText({ step, day, round }: ForgetProgress): string {
  return `round ${round}, ${STEPS[step]}${day === '' ? '' : `: ${day} done`}`;
}

/** What was erased, and what is left. */
export function resultText(userId: string, result: ForgetProgress): string {
  const { linesRedacted, filesRewritten, hoursWritten, filesRead, traces, pages, spills, kafkaUntil } = result;
  const erased = `User ${userId}: ${linesRedacted} lines in ${filesRewritten} files were redacted, ${hoursWritten} hours of tables made again.`;
  const proof = traces.length === 0 ? `Nothing is left in ${filesRead} files.` : `Still there: ${traces.join(', ')}.`;
  const shown =
    pages.length === 0
      ? []
      : [`These pages show a login as a channel or in the title of a stream: ${pages.join(', ')}.`];
  const onDisk =
    spills.length === 0
      ? []
      : [
          `Not proven, because collectors have lines on disk, or may have: ${spills.join('; ')}. Such lines are redacted when they are stored. Start Kafka or the collector, delete damaged files after looking, and run the command again.`,
        ];
  const until = kafkaUntil === null ? 'for ever: its topic has no retention' : `until ${kafkaUntil} at the latest`;
  return [erased, proof, ...onDisk, ...shown, `Kafka keeps lines that it has already ${until}.`].join('\n');
}

/** What will happen, before it is confirmed. */
export function warningText(userId: string, logins: readonly string[]): string {
  const names =
    logins.length === 0 ? 'all logins that are found' : `the logins ${logins.join(', ')} and all that are found`;
  return (
    `This erases user ${userId} with ${names}: all their messages and notices, and replies to them, mentions of them, gifts to them, bans and ` +
    'deletions in the lines of others. Each word that is one of the logins is masked in all texts. It cannot be undone.'
  );
}
