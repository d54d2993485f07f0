/**
 * Changes in the behaviour of a workflow since an earlier release. A run that started with that release keeps the old behaviour: `patched`
 * returns false. Remove an entry and its old code when no such run can exist any more.
 */
export const PATCHES = {
  /** 0.1.0: `chatLoad` compared Kafka and red itself, every minute. */
  statusBySchedule: 'load-status-by-schedule',
  /**
   * 0.1.0: `channelChat` never continued as new, a rejoin did not end *waiting*, and the state of the chat was no search attribute.
   */
  chatContinues: 'chat-continues-as-new',
  /** 0.1.0: `refineEndedHour` waited until its hour was refined. */
  hoursGiveWay: 'hours-give-way',
  /** 0.1.0: `refineOpenHour` refined only one hour. */
  hourBefore: 'hour-before-the-open-one',
  /** 0.1.0: a refinement waited for its reports, and polled for the end of a running one. */
  reportsRequested: 'reports-are-requested',
  /** 0.1.0: there was no table of gaps. */
  gapsPublished: 'gaps-are-published',
} as const;
