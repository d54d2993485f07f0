import { hash } from './random.ts';

type Shape = Record<string, unknown>;

/** Oddities of a stream. Each was seen in public reports or resembles one. */
const ODDITIES: Record<string, (shape: Shape) => Shape[]> = {
  'null title': (shape) => [{ ...shape, title: null }],
  'missing fields': ({ id, user_id, user_login, type }) => [{ id, user_id, user_login, type }],
  'negative viewers': (shape) => [{ ...shape, viewer_count: -1 }],
  'huge viewers': (shape) => [{ ...shape, viewer_count: 3_000_000_000 }],
  'empty login': (shape) => [{ ...shape, user_login: '', user_name: '' }],
  'half a surrogate': (shape) => [{ ...shape, title: 'half \ud83d', tags: ['\udc00'] }],
  'two stream ids': (shape) => [shape, { ...shape, id: `${String(shape['id'])}9` }],
  'lists that are null': (shape) => [{ ...shape, tags: null, tag_ids: null, game_id: null, language: null }],
  'other types': (shape) => [{ ...shape, title: 17, tags: 'none', is_mature: 'no', started_at: 0 }],
  'no id': ({ id: _id, ...shape }) => [shape],
};

const NAMES = Object.keys(ODDITIES);

/** Makes a share of the streams odd, always the same ones, each in its own way. */
export class OddStreams {
  #share = 0;

  /** @param share of all channels, 0 to 1 */
  setShare(share: number): void {
    this.#share = share;
  }

  /** How the stream of a channel is odd; undefined if it is not. */
  oddityOf(channelId: string): string | undefined {
    const drawn = hash(`odd/${channelId}`) / 0x1_0000_0000;
    return drawn < this.#share ? NAMES[hash(`oddity/${channelId}`) % NAMES.length] : undefined;
  }

  /** The entries of the stream in a page. */
  apply(channelId: string, shape: Shape): Shape[] {
    const oddity = this.oddityOf(channelId);
    return oddity === undefined ? [shape] : (ODDITIES[oddity]?.(shape) ?? [shape]);
  }
}
