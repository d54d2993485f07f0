import { receivedAndStored } from './received-and-stored.ts';

/** The charts of the page on data quality. */
export const DATA_CHARTS = { receivedAndStored };
