import type { Edition } from './edition.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { pageFrom } from './place.ts';

export const channelPath = (channel: string): string => `channels/${channel}/`;
export const broadcastPath = (stream: string): string => `broadcasts/${stream}/`;

/** Links to pages of channels and broadcasts, as far as these are on the site. */
export interface Links {
  channel(channel: { channel: string; name: string }): Html;
  broadcast(stream: string, text: string | Html): Html;
}

/** The links of a page with this path. */
export function linksFrom(path: string, { locale: { language }, pages }: Edition): Links {
  const to = (target: string, text: string | Html): Html =>
    pages.has(target)
      ? html`<a href="${pageFrom({ language, path }, { language, path: target })}">${text}</a>`
      : html`${text}`;
  return {
    channel: ({ channel, name }) => to(channelPath(channel), name),
    broadcast: (stream, text) => to(broadcastPath(stream), text),
  };
}
