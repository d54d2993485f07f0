/**
 * A valid Twitch login, in lower case. Anything else is rejected, because a line end in a login would send a separate command to the chat
 * server.
 */
export const LOGIN = /^[a-z0-9_]{1,25}$/;
