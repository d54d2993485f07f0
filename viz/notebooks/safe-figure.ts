import { plotText } from '../charts/plot-text.ts';
import type { Figure } from '../charts/chart.ts';

/**
 * The types that plotly.js draws without building code from text and without files of another site, which the site forbids. So no maps, and
 * none that needs WebGL. A test draws each in a browser.
 */
export const TRACE_TYPES: ReadonlySet<string> = new Set([
  ...[
    'bar',
    'barpolar',
    'box',
    'candlestick',
    'contour',
    'funnel',
    'funnelarea',
    'heatmap',
    'histogram',
    'histogram2d',
  ],
  ...[
    'histogram2dcontour',
    'icicle',
    'ohlc',
    'pie',
    'sankey',
    'scatter',
    'scatterpolar',
    'sunburst',
    'treemap',
    'violin',
  ],
  'waterfall',
]);

/** Plotly Express chooses WebGL by itself from 1,000 points on (plotly/plotly.py#4298). These types have the same attributes. */
const WITHOUT_WEBGL: Readonly<Record<string, string>> = { scattergl: 'scatter', scatterpolargl: 'scatterpolar' };

/** The page has its own title, sizes and colours. */
const OF_THE_PAGE = new Set(['template', 'title', 'width', 'height', 'autosize', 'images']);

/** In these texts `<br>` starts a line, and `<extra>` is the box beside a tooltip. */
const TEMPLATES = /template(fallback)?$/;
const OF_TEMPLATES = /(<br>|<\/?extra>)/;

/** In these a new line is a second line of a tick. */
const DATE_FORMATS = /format$/;

/** A figure that cannot be on a page; the message is the end of a sentence. */
export class UnsafeFigure extends Error {}

/**
 * A figure of a notebook, fit for a page. Plotly takes `<b>` and `<a>` in any text for markup, and texts may come from chat, so all are
 * made plain.
 * @throws UnsafeFigure if the site cannot draw it
 */
export function safeFigure({ data, layout }: Figure): Figure {
  return {
    data: data.map((trace) => ({ ...safeObject(trace), type: safeType(trace['type']) })),
    layout: safeObject(Object.fromEntries(Object.entries(layout).filter(([name]) => !OF_THE_PAGE.has(name)))),
  };
}

function safeType(type: unknown = 'scatter'): string {
  const drawn = WITHOUT_WEBGL[String(type)] ?? String(type);
  if (!TRACE_TYPES.has(drawn))
    throw new UnsafeFigure(`a chart of one of the types ${[...TRACE_TYPES].join(', ')}, got \`${plotText(drawn)}\``);
  return drawn;
}

function safeObject(object: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(object).filter(([name]) => name !== '__proto__');
  return Object.fromEntries(entries.map(([name, value]) => [name, safeValue(name, value)]));
}

/** Numbers that Python packs into a text: `bdata`, in base64. */
const PACKED = /^[\w+/]*={0,2}$/;

function safeValue(name: string, value: unknown): unknown {
  if (name === 'bdata' && typeof value === 'string' && PACKED.test(value)) return value;
  if (typeof value === 'string') return safeText(name, value);
  if (Array.isArray(value)) return value.map((item) => safeValue(name, item));
  return typeof value === 'object' && value !== null ? safeObject(value as Record<string, unknown>) : value;
}

function safeText(name: string, text: string): string {
  if (TEMPLATES.test(name)) return safeTemplate(text);
  return DATE_FORMATS.test(name) ? text.split('\n').map(plotText).join('\n') : plotText(text);
}

function safeTemplate(text: string): string {
  return text
    .split(OF_TEMPLATES)
    .map((part) => (OF_TEMPLATES.test(part) ? part : plotText(part)))
    .join('');
}
