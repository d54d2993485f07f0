import { flows } from './flows.ts';
import { pairs } from './pairs.ts';

/** The tables of the page on the audience. */
export const AUDIENCE_TABLES = { pairs, flows };
