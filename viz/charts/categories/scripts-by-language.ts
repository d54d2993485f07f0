import { z } from 'zod';
import { languageName } from '../../pages/language-name.ts';
import type { Locale } from '../../locale.ts';
import type { WordKey } from '../../words.ts';
import { chart } from '../chart.ts';
import { heatBar } from '../heat-bar.ts';
import { plotText } from '../plot-text.ts';

/** The writing systems that `script_of` tells apart, in the order of the chart. */
const SCRIPTS: Readonly<Record<string, WordKey>> = {
  Latin: 'script.latin',
  Hangul: 'script.hangul',
  Kana: 'script.kana',
  Han: 'script.han',
  Cyrillic: 'script.cyrillic',
  Thai: 'script.thai',
  Arabic: 'script.arabic',
  other: 'script.other',
  none: 'script.none',
};

/** Below that, a share is not written into its cell. */
const SHOWN_PERCENT = 1;
const ROW_HEIGHT = 30;

const shape = z.object({
  /** Null for streams without a language. */
  language: z.string().nullable(),
  script: z.string(),
  messages: z.number(),
  share: z.number(),
  /** Of the language. */
  total: z.number(),
});

/** What the messages of each stream language are written in. */
export const scriptsByLanguage = chart({
  title: 'scriptsByLanguage.title',
  width: 'whole',
  sql: `
    -- The language of a channel in an hour is that of most of its messages.
    WITH spoken AS (
      SELECT hour, channel, arg_max(coalesce(language, ''), messages) AS language
      FROM (SELECT hour, channel, language, sum(messages) AS messages FROM category_messages GROUP BY ALL) GROUP BY ALL
    ),
    written AS (
      SELECT coalesce(language, '') AS language, script, sum(messages) AS messages
      FROM scripts LEFT JOIN spoken USING (hour, channel) GROUP BY ALL
    ),
    totals AS (SELECT language, sum(messages) AS total FROM written GROUP BY ALL ORDER BY total DESC, language LIMIT 15)
    SELECT
      nullif(language, '') AS language, script, messages::DOUBLE AS messages, round(100 * messages / total, 1)::DOUBLE AS share,
      total::DOUBLE AS total
    FROM written JOIN totals USING (language) ORDER BY totals.total DESC, language NULLS LAST, messages DESC, script`,
  shape,
  columns: [
    { field: 'language', name: 'column.language', kind: 'text', ifNull: 'overview.noLanguage' },
    { field: 'script', name: 'column.script', kind: 'text' },
    { field: 'messages', name: 'column.messages', kind: 'number' },
    { field: 'share', name: 'column.shareOfLanguage', kind: 'number' },
  ],
  tell(rows, locale) {
    const [most = { language: null, script: 'none', share: 0 }] = rows;
    return locale.say('scriptsByLanguage.about', {
      language: nameOf(most.language, locale),
      script: scriptName(most.script, locale),
      share: most.share,
    });
  },
  draw(rows, locale) {
    if (rows.length === 0) return { data: [], layout: {} };
    const { text } = locale;
    const languages = [...Map.groupBy(rows, ({ language }) => language)];
    const scripts = Object.keys(SCRIPTS).filter((script) => rows.some((row) => row.script === script));
    const shares = languages.map(([, ofLanguage]) =>
      scripts.map((script) => ofLanguage.find((row) => row.script === script)?.share ?? null),
    );
    const positions = languages.map((_language, index) => index);
    const names = languages.map(([language]) => plotText(nameOf(language, locale)));
    const columns = scripts.map((script) => scriptName(script, locale));
    return {
      height: 150 + languages.length * ROW_HEIGHT,
      data: [
        {
          type: 'heatmap',
          heat: true,
          x: scripts.map((_script, index) => index),
          y: positions,
          z: shares,
          zmin: 0,
          zmax: 100,
          xgap: 2,
          ygap: 2,
          hoverongaps: false,
          text: shares.map((row) =>
            row.map((share) => (share !== null && share >= SHOWN_PERCENT ? String(Math.round(share)) : '')),
          ),
          texttemplate: '%{text}',
          customdata: names.map((name) => columns.map((column) => `${name}, ${column}`)),
          colorbar: heatBar({ ticksuffix: ' %' }),
          hovertemplate: '%{customdata}: %{z} %<extra></extra>',
        },
      ],
      layout: {
        xaxis: {
          side: 'top',
          tickangle: -45,
          tickvals: scripts.map((_script, index) => index),
          ticktext: columns,
          showgrid: false,
          zeroline: false,
          title: { text: text('scriptsByLanguage.unit') },
        },
        yaxis: { autorange: 'reversed', tickvals: positions, ticktext: names, showgrid: false, zeroline: false },
      },
    };
  },
});

const nameOf = (language: string | null, locale: Locale): string =>
  language === null ? locale.text('overview.noLanguage') : languageName(language, locale);

function scriptName(script: string, { text }: Pick<Locale, 'text'>): string {
  return text(SCRIPTS[script] ?? 'script.other');
}
