import { channelMap } from './channel-map.ts';
import { overlapMatrix } from './overlap-matrix.ts';

/** The charts of the page on the audience, in order. */
export const AUDIENCE_CHARTS = { channelMap, overlapMatrix };
