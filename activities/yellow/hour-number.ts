import { hourOf, hourStartMs } from '../../workflows/hour.ts';
import type { Hour } from '../../workflows/hour.ts';

/** Hours since 1970, as in the SQL texts. */
export const hourNumber = (hour: Hour): number => hourStartMs(hour) / 3_600_000;
export const hourOfNumber = (number: number): Hour => hourOf(number * 3_600_000);
