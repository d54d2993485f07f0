import { z } from 'zod';
import type { Parameters } from './client.ts';

export const REPORT_SETTINGS_PATH = 'config/reports';

/** What the operator may set for pages. */
export const reportSettings = z.object({
  /** Whether the page of a channel names those who write the most there. */
  showChatters: z.boolean().default(false),
});

export type ReportSettings = z.infer<typeof reportSettings>;

export const DEFAULT_SETTINGS: ReportSettings = reportSettings.parse({});

/** Reads the settings; the default ones if there are none. @throws ParameterError */
export async function readReportSettings(parameters: Parameters): Promise<ReportSettings> {
  const stored = await parameters.get(REPORT_SETTINGS_PATH, reportSettings);
  return stored?.value ?? DEFAULT_SETTINGS;
}
