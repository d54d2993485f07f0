/** The tables of red that Kafka fills, each from the topic of its name. What is done for one of them is done for all in this list. */
export const RED_TABLES = ['chat', 'coverage'] as const;

export type RedTable = (typeof RED_TABLES)[number];
