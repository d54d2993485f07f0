import { html } from './html.ts';
import type { Html } from './html.ts';

/** A key figure in a list `<dl class="figures">`. */
export const fact = (name: string, value: string | Html): Html =>
  html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
