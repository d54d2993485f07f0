import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const directory = fileURLToPath(new URL('./', import.meta.url));

/** The version that is being worked on: its set is the one that `make histories` adds to. */
export const version = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version;

/** The sets of recorded histories, one a release: `<release>/<workflow type>.json`. */
export function releases(): string[] {
  const entries = readdirSync(directory, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

/** The workflow types that a release has a history of; none where it has no set yet. */
export function recordedTypes(release: string): string[] {
  if (!releases().includes(release)) return [];
  return readdirSync(setDirectory(release)).map((name) => name.replace(/\.json$/, ''));
}

export const setDirectory = (release: string): string => `${directory}${release}`;
export const historyFile = (release: string, type: string): string => `${setDirectory(release)}/${type}.json`;

/** What of `types` is to be recorded: what the set lacks; all of it where the set of a version that is not released is made anew. */
export function toRecord(types: readonly string[], recorded: readonly string[], anew: boolean): string[] {
  return types.filter((type) => anew || !recorded.includes(type));
}

/** Whether the CHANGELOG still calls the version unreleased. */
export function isUnreleased(changelog: string, release: string): boolean {
  return changelog.split('\n').includes(`## ${release} (unreleased)`);
}
