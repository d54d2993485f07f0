import assert from 'node:assert/strict';
import { sweep } from '../../../activities/twitch/sweep.ts';
import type { StreamExternal, StreamsPageExternal } from '../../../activities/twitch/stream.external.ts';
import { streamPollSettings } from '../../../activities/twitch/stream-poll-settings.ts';
import { externalStream } from './external-stream.ts';

const settings = streamPollSettings.parse({});

/** A Helix that answers the pages one after the other. */
function helixOf(pages: StreamsPageExternal[]): { getStreams: () => Promise<StreamsPageExternal>; asked: number } {
  const helix = {
    asked: 0,
    getStreams: async (): Promise<StreamsPageExternal> => {
      const page = pages[helix.asked];
      helix.asked += 1;
      assert.ok(page, 'asked for a page after the last one');
      return page;
    },
  };
  return helix;
}

const page = (ids: string[], cursor?: string): StreamsPageExternal => ({
  data: ids.map((id) => externalStream({ id })),
  ...(cursor === undefined ? {} : { pagination: { cursor } }),
});

const idsOf = (streams: StreamExternal[]): string[] => streams.map((stream) => stream.id);

describe('sweep(helix, settings)', () => {
  it('follows the cursor to a page without pagination', async () => {
    const swept = await sweep(helixOf([page(['1', '2'], 'a'), page(['3'])]), settings);
    assert.deepEqual(
      { ...swept, streams: idsOf(swept.streams) },
      { streams: ['1', '2', '3'], pages: 2, stoppedBy: 'last page' },
    );
  });

  it('ends on a page whose pagination is empty', async () => {
    const swept = await sweep(helixOf([{ data: [externalStream({ id: '1' })], pagination: {} }]), settings);
    assert.equal(swept.stoppedBy, 'last page');
  });

  it('ends on an empty page, even one with a cursor', async () => {
    const swept = await sweep(helixOf([page(['1'], 'a'), page([], 'b')]), settings);
    assert.deepEqual([swept.pages, swept.stoppedBy], [2, 'empty page']);
  });

  it('ends on a cursor that it has seen', async () => {
    const swept = await sweep(helixOf([page(['1'], 'a'), page(['2'], 'b'), page(['3'], 'a')]), settings);
    assert.deepEqual([idsOf(swept.streams), swept.stoppedBy], [['1', '2', '3'], 'repeated cursor']);
  });

  it('ends when the page budget is spent', async () => {
    const swept = await sweep(helixOf([page(['1'], 'a'), page(['2'], 'b')]), settings, { pageBudget: 2 });
    assert.deepEqual([swept.pages, swept.stoppedBy], [2, 'page budget']);
  });

  it('keeps a stream once that two pages show', async () => {
    const swept = await sweep(helixOf([page(['1', '2'], 'a'), page(['2', '3'])]), settings);
    assert.deepEqual(idsOf(swept.streams), ['1', '2', '3']);
  });

  it('keeps live streams only', async () => {
    const data = [externalStream({ id: '1' }), externalStream({ id: '2', type: '' })];
    assert.deepEqual(idsOf((await sweep(helixOf([{ data }]), settings)).streams), ['1']);
  });
});
