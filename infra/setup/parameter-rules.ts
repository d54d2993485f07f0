import { z } from 'zod';
import { STREAM_POLL_SETTINGS_PATH, streamPollSettings } from '../../activities/twitch/stream-poll-settings.ts';
import { nearest } from '../../common/nearest.ts';
import type { ParameterRule, ParameterRules } from '../parameter-store/parameter-rule.ts';

/** What the parameter store is told of the paths that people write: the very schemas that the readers use. */
export const PARAMETER_RULES: ParameterRules = new Map([[STREAM_POLL_SETTINGS_PATH, settingsRule(streamPollSettings)]]);

/** A rule for an object of settings, each of which has a default. */
function settingsRule(schema: z.ZodObject): ParameterRule {
  // A key that nobody knows is a misspelt one, whatever the reader does with it.
  const strict = schema.strict();
  const names = Object.keys(schema.shape);
  const defaults = JSON.stringify(schema.parse({}), undefined, 2);
  return {
    faults: (value) => {
      const parsed = strict.safeParse(value);
      return parsed.success ? [] : parsed.error.issues.flatMap((issue) => inWords(issue, value, names));
    },
    description: `An object of settings; one that is left out has its default, and no other key is taken. The defaults:\n\n\`\`\`json\n${defaults}\n\`\`\`\n`,
    schema: z.toJSONSchema(strict, { io: 'input', target: 'openapi-3.0' }),
  };
}

function inWords(issue: z.core.$ZodIssue, value: unknown, names: readonly string[]): string[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, names));
  const path = issue.path.map(String);
  const place = path.length === 0 ? 'the value' : `\`${path.join('.')}\``;
  return [`${place} is ${shown(valueAt(value, path))} (${issue.message})`];
}

function unknownKey(key: string, names: readonly string[]): string {
  const meant = nearest(key, names);
  const remedy = meant === undefined ? `known are ${names.join(', ')}` : `did you mean \`${meant}\`?`;
  return `${shown(key)} is no setting (${remedy})`;
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce((found, key) => (found as Record<string, unknown> | null | undefined)?.[key], value);
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'missing';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
