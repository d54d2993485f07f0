/**
 * What Twitch allows for a login, in lower case. Nothing else is joined, asked for or kept as one: a line end in a login would be a command of
 * its own in the chat.
 */
export const LOGIN = /^[a-z0-9_]{1,25}$/;
