/*
 * Shows the times of a page in the reader's own zone if the page has no zone of its own, and tells the charts the zone. Without it, these
 * pages show UTC, and say so.
 */
'use strict';

(() => {
  const root = document.documentElement;
  const language = root.lang;
  const zone = root.dataset.zone || Intl.DateTimeFormat().resolvedOptions().timeZone;
  const format = (options, tag = language) => new Intl.DateTimeFormat(tag, { timeZone: zone, ...options });
  const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' };
  const partOf = (parts, wanted) => parts.find(({ type }) => type === wanted)?.value ?? '';

  const [dates, datesWithYear] = [
    format({ month: 'short', day: 'numeric' }),
    format({ year: 'numeric', month: 'short', day: 'numeric' }),
  ];
  const clocks = format(clock, 'en-GB');
  const zones = format({ timeZoneName: 'short' });

  function textOf({ dateTime, dataset }) {
    const at = new Date(dateTime);
    const date = (dataset.parts.includes('year') ? datesWithYear : dates).format(at);
    const after = dataset.parts.includes('zone') ? ` ${partOf(zones.formatToParts(at), 'timeZoneName')}` : '';
    return `${date}, ${clocks.format(at)}${after}`;
  }

  const zoneName =
    zone === 'UTC' ? zone : partOf(format({ timeZoneName: 'longGeneric' }).formatToParts(new Date()), 'timeZoneName');

  if (root.dataset.zone === '') {
    for (const element of document.querySelectorAll('time[data-parts]')) element.textContent = textOf(element);
    for (const element of document.querySelectorAll('[data-zone-name]')) element.textContent = zoneName;
  }

  const full = format({ year: 'numeric', month: '2-digit', day: '2-digit', ...clock }, 'en-GB');
  const known = new Map();

  /** `2026-11-25T14:03:07Z` → `2026-11-25 23:03:07` in Seoul: plotly.js knows no zones. */
  function local(iso) {
    if (!known.has(iso)) {
      const parts = full.formatToParts(new Date(iso));
      const [year, month, day] = ['year', 'month', 'day'].map((type) => partOf(parts, type));
      const [hour, minute, second] = ['hour', 'minute', 'second'].map((type) => partOf(parts, type));
      known.set(iso, `${year}-${month}-${day} ${hour}:${minute}:${second}`);
    }
    return known.get(iso);
  }

  window.pageTimes = { zoneName, local };
})();
