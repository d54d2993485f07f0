import { topicsOf } from '../../activities/kafka/topics.ts';
import { DEFAULT_INSTALLATION } from '../../common/installation.ts';

/** The topics of an installation without a name. */
export const TOPICS = topicsOf(DEFAULT_INSTALLATION);
