import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A view that is made from tables of yellow. `sql/<name>.sql` has its text, and says what it means. */
export interface DerivedView {
  name: string;
  /** An SQL expression for the time from which a row is past; NULL if it still lasts. */
  endsAt?: string;
  sql: string;
}

const derived = (name: string, endsAt?: string): DerivedView => ({
  name,
  ...(endsAt === undefined ? {} : { endsAt }),
  sql: readFileSync(join(import.meta.dirname, 'sql', `${name}.sql`), 'utf8').trimEnd(),
});

/** The views for everyone who asks yellow, each after those that it reads. */
export const DERIVED_VIEWS: readonly DerivedView[] = [
  derived('runs'),
  derived('listening', 'ended_at'),
  derived('listened', 'ended_at'),
  derived('gaps', 'ended_at'),
  derived('broadcasts', 'last_polled_at + INTERVAL 1 MILLISECOND'),
  derived('videos'),
];
