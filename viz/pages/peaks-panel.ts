import type { BroadcastData } from '../broadcast/broadcast-data.ts';
import { intoBroadcast } from '../broadcast/lengths.ts';
import { saidAround } from '../broadcast/moments.ts';
import { SLOT_SECONDS } from '../broadcast/peaks.ts';
import { LEAD_SECONDS, vodLink } from '../broadcast/vod.ts';
import { peaksOf } from '../charts/broadcast/timeline.ts';
import type { TimedPeak } from '../charts/broadcast/timeline.ts';
import type { Locale } from '../locale.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { panel } from './panel.ts';
import { scrolling, table } from './table.ts';
import type { Column } from './table.ts';

/** With fewer viewers half of the time, a few people make a peak. */
const FEWEST_VIEWERS = 50;
const EMOTES_SHOWN = 3;
const WORDS_SHOWN = 4;

const columnsIn = ({ text, say, zoneName }: Locale): Column[] => [
  { name: text('peaks.number'), kind: 'number' },
  { name: text('peaks.into'), kind: 'number' },
  { name: say('column.time', { zone: zoneName() }), kind: 'wide' },
  { name: text('column.messages'), kind: 'number' },
  { name: text('peaks.times'), kind: 'number' },
  { name: text('peaks.said') },
];

/** The numbered peaks of the timeline, with what was said and links into the recording. */
export function peaksPanel(data: BroadcastData, locale: Locale): Html {
  const { text, say } = locale;
  const peaks = peaksOf(data.rows.timeline);
  const { medianViewers } = data.summary;
  const few =
    medianViewers !== null && medianViewers < FEWEST_VIEWERS
      ? html`<p class="verdict wait">${say('peaks.fewViewers', { count: FEWEST_VIEWERS })}</p>`
      : html``;
  const recording = data.vod === undefined ? text('peaks.noVod') : text('peaks.vod', { seconds: LEAD_SECONDS });
  const cells = peaks.map((peak, index) => cellsOf(peak, index, data, locale));
  return panel(
    text('peaks.title'),
    html`<p class="note">${text('peaks.about')} ${peaks.length === 0 ? '' : recording}</p>
      ${few} ${scrolling(text('peaks.title'), table(columnsIn(locale), cells, text('peaks.none')))}`,
  );
}

function cellsOf(peak: TimedPeak, index: number, { summary, rows, vod }: BroadcastData, locale: Locale): Html[] {
  const { text, count, time } = locale;
  const link = vodLink(vod, peak.at, { seconds: SLOT_SECONDS });
  const into = intoBroadcast(peak.at, summary.beganAt);
  const label = text('peaks.watch', { into });
  return [
    html`<span class="peak">${index + 1}</span>`,
    link === undefined
      ? html`${into}`
      : html`<a href="${link}" rel="noopener noreferrer" aria-label="${label}">${into}</a>`,
    time(peak.at),
    html`${count(peak.messages)}`,
    html`${text('peaks.multiple', { times: count(Math.round(peak.times * 10) / 10) })}`,
    saidIn(peak, rows),
  ];
}

function saidIn({ at }: TimedPeak, { moments }: BroadcastData['rows']): Html {
  const { word, emote } = saidAround(at, moments);
  // Emotes first: an emote is no word, and words of one message repeat what its emote says.
  const terms = [...emote.slice(0, EMOTES_SHOWN), ...word.slice(0, WORDS_SHOWN)];
  return terms.length === 0
    ? html`–`
    : html`<ul class="terms">
        ${terms.map((term) => html`<li>${term}</li>`)}
      </ul>`;
}
