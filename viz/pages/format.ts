/** 18253266 → `18,253,266` */
export const formatCount = (count: number): string => count.toLocaleString('en-US');

/** `2026-11-25T14:03:07Z` → `2026-11-25 14:03:07`; a dash for null. */
export const formatTime = (iso: string | null): string => (iso === null ? '–' : iso.slice(0, 19).replace('T', ' '));

/** `2026-11-25T14:03:07Z` → `14:03:07`; a dash for null. */
export const formatClock = (iso: string | null): string => formatTime(iso).slice(-8);
