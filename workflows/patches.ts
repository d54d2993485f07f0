/**
 * Where a workflow behaves differently than in an earlier release. A run that started under that release keeps its behaviour: `patched` is
 * false for it. Remove an entry, and the code that it keeps, once no such run can be left.
 */
export const PATCHES = {
  /** 0.1.0: `chatLoad` looked at Kafka and red itself, each minute. */
  statusBySchedule: 'load-status-by-schedule',
  /** 0.1.0: `channelChat` never continued as new, and a rejoin did not end a wait. */
  chatContinues: 'chat-continues-as-new',
  /** 0.1.0: `refineEndedHour` waited for as long as its hour took. */
  hoursGiveWay: 'hours-give-way',
  /** 0.1.0: `refineOpenHour` refined one hour. */
  hourBefore: 'hour-before-the-open-one',
  /** 0.1.0: a refinement waited for its reports, and for one that was under way with a timer. */
  reportsRequested: 'reports-are-requested',
} as const;
