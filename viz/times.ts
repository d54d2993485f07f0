import { html } from './pages/html.ts';
import type { Html } from './pages/html.ts';
import { TAGS } from './words.ts';
import type { Language } from './words.ts';

/** What a time shows beside month, day and clock. */
export type TimePart = 'year' | 'zone';

/** Times in one language and one zone. */
export interface Times {
  /** The zone of every time, by its IANA name. Undefined: UTC, until the page's script puts in the reader's own. */
  zone: string | undefined;
  /** `2026-11-25` → `Wed, Nov 25, 2026` */
  day(day: string): string;
  /** `2026-11-25T14:03:07Z` → `Nov 25, 14:03:07 UTC`; a dash for null, and for what is no time. The zone may be left out if the head of the column names it. */
  time(iso: string | null, ...parts: TimePart[]): Html;
  /** The name of the zone, for heads of columns. */
  zoneName(): Html;
  /** The name of the zone of what does not move to the reader's own: UTC if `zone` is undefined. */
  fixedZoneName: string;
}

/** The zone of pages without a setting. English has readers everywhere. */
const DEFAULT_ZONES: Readonly<Record<Language, string | undefined>> = { en: undefined, ko: 'Asia/Seoul' };

const SEPARATORS: Readonly<Record<Language, string>> = { en: ', ', ko: ' ' };

/** @param setZone the zone of all pages, from `REPORT_TIME_ZONE` */
export function timesOf(language: Language, setZone: string | undefined): Times {
  const zone = setZone ?? DEFAULT_ZONES[language];
  const timeZone = zone ?? 'UTC';
  const format = (options: Intl.DateTimeFormatOptions, tag = TAGS[language]): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat(tag, { timeZone, ...options });
  const dates = format({ month: 'short', day: 'numeric' });
  const datesWithYear = format({ year: 'numeric', month: 'short', day: 'numeric' });
  // 24 hours with two digits, in each language.
  const clock = format({ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }, 'en-GB');
  const zones = format({ timeZoneName: 'short' });
  const zoneName = nameOf(timeZone, TAGS[language]);
  const days = format({ year: 'numeric', month: 'short', day: 'numeric', weekday: 'short', timeZone: 'UTC' });

  return {
    zone,
    day: (day) => days.format(new Date(`${day}T00:00:00Z`)),
    time(iso, ...parts) {
      const at = new Date(iso ?? NaN);
      if (Number.isNaN(at.getTime())) return html`–`;
      const date = (parts.includes('year') ? datesWithYear : dates).format(at);
      const after = parts.includes('zone') ? ` ${partOf(zones, at)}` : '';
      const shown = `${date}${SEPARATORS[language]}${clock.format(at)}${after}`;
      return html`<time datetime="${at.toISOString()}" data-parts="${parts.join(' ')}">${shown}</time>`;
    },
    zoneName: () => html`<span data-zone-name>${zoneName}</span>`,
    fixedZoneName: zoneName,
  };
}

/** Without summer or winter in it: `Eastern Time`. */
function nameOf(timeZone: string, tag: string): string {
  if (timeZone === 'UTC') return timeZone;
  return partOf(new Intl.DateTimeFormat(tag, { timeZone, timeZoneName: 'longGeneric' }), new Date());
}

function partOf(format: Intl.DateTimeFormat, at: Date): string {
  return format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
}
