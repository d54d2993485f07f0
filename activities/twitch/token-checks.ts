import { SCOPES } from './authorization.ts';
import type { Validation } from './oauth.ts';
import type { TwitchToken } from './token.ts';

/** Twitch asks for a validation each hour at least. Half of it leaves room for a failure. */
const CHECK_EVERY_SECONDS = 1_800;
/** A token that expires so soon is refreshed, whatever the interval. */
const EXPIRES_SOON_MS = 3_600_000;
/** A clock may differ from that of the process that stored the token. */
const CLOCKS_DIFFER_MS = 60_000;
const LEAST_SECONDS = 60;

/** Whether a token is to be refreshed: it is older than the interval, or expires soon, or nobody knows how old it is. */
export function isDue({ obtainedAt, expiresAt }: TwitchToken, refreshMinutes: number, nowMs: number): boolean {
  const ageMs = obtainedAt === null ? NaN : nowMs - Date.parse(obtainedAt);
  const isYoung = ageMs > -CLOCKS_DIFFER_MS && ageMs < refreshMinutes * 60_000 - CLOCKS_DIFFER_MS;
  return !isYoung || (expiresAt !== null && Date.parse(expiresAt) - nowMs < EXPIRES_SOON_MS);
}

/** When to look at the token again: when it is due, in half of its life, or in half an hour, whatever is first. */
export function secondsToNextCheck(
  { obtainedAt, expiresAt }: TwitchToken,
  refreshMinutes: number,
  nowMs: number,
): number {
  const inSeconds = (iso: string): number => (Date.parse(iso) - nowMs) / 1000;
  const dueSeconds = refreshMinutes * 60 + (obtainedAt === null ? 0 : Math.min(0, inSeconds(obtainedAt)));
  const halfLife = expiresAt === null ? Infinity : inSeconds(expiresAt) / 2;
  return Math.ceil(Math.max(LEAST_SECONDS, Math.min(CHECK_EVERY_SECONDS, dueSeconds, halfLife)));
}

export interface Uses {
  /** It logs in to chat. */
  readsChat: boolean;
  /** The application that asks Helix with it; undefined if none does. */
  helixClientId: string | undefined;
}

/** Why a valid token is of no use, with the remedy; null if it is. An app token is the application's own. */
export function troubleWith(
  account: string,
  { kind, scopes }: TwitchToken,
  found: Pick<Validation, 'scopes' | 'clientId'> | undefined,
  { readsChat, helixClientId }: Uses,
): string | null {
  if (kind === 'app') return null;
  const remedy = `Run \`chatlake login --account ${account}\`.`;
  const known = found?.scopes ?? (scopes.length === 0 ? null : scopes);
  const missing = SCOPES.filter((scope) => known?.includes(scope) === false);
  if (readsChat && missing.length > 0)
    return `The token of ${account} has lost the scope ${missing.join(' ')}, so chat cannot be read with it. ${remedy}`;
  const clientId = found?.clientId ?? null;
  if (helixClientId !== undefined && clientId !== null && clientId !== helixClientId)
    return `The token of ${account} is one of the application ${clientId}, not of TWITCH_CLIENT_ID, so Helix refuses it. ${remedy}`;
  return null;
}
