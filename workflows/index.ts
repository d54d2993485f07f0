export { channelChat } from './channel-chat.ts';
export { chatLoad } from './chat-load.ts';
export { hourlyRefinement } from './hourly-refinement.ts';
export { publishReport } from './publish-report.ts';
export { refineEndedHour } from './refine-ended-hour.ts';
export { refineOpenHour } from './refine-open-hour.ts';
export { streamPoll } from './stream-poll.ts';
export { tokenRefresh } from './token-refresh.ts';
