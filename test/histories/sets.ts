import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const directory = fileURLToPath(new URL('./', import.meta.url));

/** The current version. `make histories` adds to its set. */
export const version = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version;

/** The sets of recorded histories, one per release: `<release>/<workflow type>.json`. */
export function releases(): string[] {
  const entries = readdirSync(directory, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

/** The workflow types with a history in a release; none if it has no set yet. */
export function recordedTypes(release: string): string[] {
  if (!releases().includes(release)) return [];
  return readdirSync(setDirectory(release)).map((name) => name.replace(/\.json$/, ''));
}

export const setDirectory = (release: string): string => `${directory}${release}`;
export const historyFile = (release: string, type: string): string => `${setDirectory(release)}/${type}.json`;

/** The types to record: those that the set lacks, or all if the set of an unreleased version is recorded again. */
export function toRecord(types: readonly string[], recorded: readonly string[], anew: boolean): string[] {
  return types.filter((type) => anew || !recorded.includes(type));
}

/** Whether the CHANGELOG marks the version as unreleased. */
export function isUnreleased(changelog: string, release: string): boolean {
  return changelog.split('\n').includes(`## ${release} (unreleased)`);
}
