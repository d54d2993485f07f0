import type { DaySummary } from './day-summary.ts';

/** What the page of a day is drawn from: one list per query, as the SQL files name their columns. */
export interface DayData {
  summary: DaySummary;
  messagesPerMinute: { login: string | null; minute: string; messages: number }[];
  viewers: { login: string; at: string; viewers: number }[];
  channels: {
    login: string;
    name: string;
    category: string;
    title: string;
    messages: number;
    chatters: number;
    viewers: number;
  }[];
  categories: { category: string; viewers: number; channels: number }[];
  /** The first of them; `total` is how many there are. */
  coverage: { at: string; kind: string; login: string; reason: string; collector: string; total: number }[];
}
