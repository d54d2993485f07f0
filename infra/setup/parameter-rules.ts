import { z } from 'zod';
import { MOST_ENTRIES, OPT_OUT_PATH, optOutEntry } from '../../activities/opt-out/list.ts';
import { REPORT_SETTINGS_PATH, reportSettings } from '../../activities/parameters/report-settings.ts';
import { STREAM_POLL_SETTINGS_PATH, streamPollSettings } from '../../activities/twitch/stream-poll-settings.ts';
import { nearest } from '../../common/nearest.ts';
import type { ParameterRule, ParameterRules } from '../parameter-store/rule.ts';

/** The parameter store's rules for the paths that people write. They use the schemas of the readers. */
export const PARAMETER_RULES: ParameterRules = new Map([
  [STREAM_POLL_SETTINGS_PATH, settingsRule(streamPollSettings)],
  [REPORT_SETTINGS_PATH, settingsRule(reportSettings)],
  [OPT_OUT_PATH, listRule(optOutEntry, MOST_ENTRIES)],
]);

/** A rule for an object of settings that all have defaults. */
function settingsRule(schema: z.ZodObject): ParameterRule {
  // An unknown key is probably misspelt. Readers ignore it.
  const strict = schema.strict();
  const names = Object.keys(schema.shape);
  const defaults = JSON.stringify(schema.parse({}), undefined, 2);
  return {
    faults: (value) => {
      const parsed = strict.safeParse(value);
      return parsed.success
        ? []
        : parsed.error.issues.flatMap((issue) => issueTexts(issue, value, names, 'the settings are'));
    },
    description: `An object of settings. A missing setting has its default; unknown keys are refused. The defaults:\n\n\`\`\`json\n${defaults}\n\`\`\`\n`,
    schema: z.toJSONSchema(strict, { io: 'input', target: 'openapi-3.0' }),
  };
}

/** A rule for a list of objects. Readers leave out the entries of a stored list that they cannot read. */
function listRule(entry: z.ZodObject, most: number): ParameterRule {
  const list = z.array(entry.strict()).max(most);
  const names = Object.keys(entry.shape);
  return {
    faults: (value) => {
      const parsed = list.safeParse(value);
      return parsed.success
        ? []
        : parsed.error.issues.flatMap((issue) => issueTexts(issue, value, names, 'an entry has'));
    },
    isForNewValuesOnly: true,
    description: `A list of at most ${most} objects with these keys: ${names.join(', ')}. Unknown keys are refused.\n`,
    schema: z.toJSONSchema(list, { io: 'input', target: 'openapi-3.0' }),
  };
}

function issueTexts(issue: z.core.$ZodIssue, value: unknown, names: readonly string[], known: string): string[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey([...path, key], names, known));
  const place = path.length === 0 ? 'the value' : `\`${path.join('.')}\``;
  return [`${place} is ${shown(valueAt(value, path))} (${issue.message})`];
}

function unknownKey(path: readonly string[], names: readonly string[], known: string): string {
  const meant = nearest(path.at(-1) ?? '', names);
  const remedy = meant === undefined ? `${known} ${names.join(', ')}` : `did you mean \`${meant}\`?`;
  return `${shown(path.join('.'))} is not a known key (${remedy})`;
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce((found, key) => (found as Record<string, unknown> | null | undefined)?.[key], value);
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'missing';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
