import { createHmac } from 'node:crypto';
import type { StoreKey } from '../parameter-store/access.ts';

/** What each kind of process reads and writes in the parameter store. The operator and set-up may do everything. */
const ACCESS = {
  orchestrator: {
    read: ['config/', 'secrets/twitch/', 'streams/', 'status/'],
    write: ['secrets/twitch/', 'streams/', 'status/'],
  },
  collector: { read: ['secrets/twitch/', 'streams/live'], write: ['status/collector-'] },
  loader: { read: ['config/opt-out'], write: ['status/load'] },
  refiner: { read: ['config/', 'status/'], write: ['config/opt-out', 'status/'] },
} as const satisfies Record<string, Pick<StoreKey, 'read' | 'write'>>;

export type Role = keyof typeof ACCESS;

export const ROLES = Object.keys(ACCESS) as Role[];

/**
 * The key of a kind of process: an HMAC of the operator's key, in hexadecimal. The store knows it without a setting, and nobody can
 * compute the operator's key, or that of another role, from it.
 */
export function roleKey(operatorKey: string, role: Role): string {
  return createHmac('sha256', operatorKey).update(`chatlake parameter store: ${role}`).digest('hex');
}

export function roleKeys(operatorKey: string): StoreKey[] {
  return ROLES.map((role) => ({ name: role, key: roleKey(operatorKey, role), ...ACCESS[role] }));
}
