import { z } from 'zod';
import { STREAM_POLL_SETTINGS_PATH, streamPollSettings } from '../../activities/twitch/stream-poll-settings.ts';
import { nearest } from '../../common/nearest.ts';
import type { ParameterRule, ParameterRules } from '../parameter-store/rule.ts';

/** The parameter store's rules for the paths that people write. They use the schemas of the readers. */
export const PARAMETER_RULES: ParameterRules = new Map([[STREAM_POLL_SETTINGS_PATH, settingsRule(streamPollSettings)]]);

/** A rule for an object of settings that all have defaults. */
function settingsRule(schema: z.ZodObject): ParameterRule {
  // An unknown key is probably misspelt. Readers ignore it.
  const strict = schema.strict();
  const names = Object.keys(schema.shape);
  const defaults = JSON.stringify(schema.parse({}), undefined, 2);
  return {
    faults: (value) => {
      const parsed = strict.safeParse(value);
      return parsed.success ? [] : parsed.error.issues.flatMap((issue) => issueTexts(issue, value, names));
    },
    description: `An object of settings. A missing setting has its default; unknown keys are refused. The defaults:\n\n\`\`\`json\n${defaults}\n\`\`\`\n`,
    schema: z.toJSONSchema(strict, { io: 'input', target: 'openapi-3.0' }),
  };
}

function issueTexts(issue: z.core.$ZodIssue, value: unknown, names: readonly string[]): string[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, names));
  const path = issue.path.map(String);
  const place = path.length === 0 ? 'the value' : `\`${path.join('.')}\``;
  return [`${place} is ${shown(valueAt(value, path))} (${issue.message})`];
}

function unknownKey(key: string, names: readonly string[]): string {
  const meant = nearest(key, names);
  const remedy = meant === undefined ? `the settings are ${names.join(', ')}` : `did you mean \`${meant}\`?`;
  return `${shown(key)} is not a setting (${remedy})`;
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce((found, key) => (found as Record<string, unknown> | null | undefined)?.[key], value);
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'missing';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
