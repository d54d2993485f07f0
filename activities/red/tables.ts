/** The tables of red that are loaded from Kafka, each from its own topic. */
export const RED_TABLES = ['chat', 'coverage'] as const;

export type RedTable = (typeof RED_TABLES)[number];
