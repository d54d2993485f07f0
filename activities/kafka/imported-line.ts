/**
 * The names of collectors that import logs begin with this. Their lines may be years old: see `activities/yellow/sql/times.sql`, which has the
 * same text. Settings refuse such a name for a collector that listens to Twitch.
 */
export const IMPORT_PREFIX = 'import-';

/** No chat of Twitch is older, in milliseconds since 1970. `activities/yellow/sql/times.sql` has the same time. */
export const OLDEST_IMPORTED_MS = Date.UTC(2005, 0, 1);
