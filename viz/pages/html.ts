import { withoutBidiControls } from '../plain-text.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A piece of HTML that is safe to put into a page. */
export interface Html {
  readonly markup: string;
}

type Value = string | number | Html | Value[];

/** Escapes text from outside for use between tags or in a quoted attribute. */
export function escapeHtml(text: string): string {
  return withoutBidiControls(text).replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

/** Builds HTML. Escapes every value that is not already {@link Html}. */
export function html(strings: TemplateStringsArray, ...values: Value[]): Html {
  return { markup: strings.reduce((markup, string, index) => markup + render(values[index - 1] ?? '') + string) };
}

function render(value: Value): string {
  if (Array.isArray(value)) return value.map(render).join('');
  return typeof value === 'object' ? value.markup : escapeHtml(String(value));
}

/** JSON data for the page's script, in a block that the browser does not run. `<` is escaped, so that no value can end the block. */
export function jsonBlock(id: string, data: unknown): Html {
  const json = JSON.stringify(data)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
  return { markup: `<script type="application/json" id="${escapeHtml(id)}">${json}</script>` };
}
