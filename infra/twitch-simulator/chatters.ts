import { CHATTER_COLORS, KOREAN_NAMES, NAME_ENDS, NAME_STARTS } from './names.ts';
import { hash, Random } from './random.ts';

export interface Chatter {
  id: string;
  login: string;
  displayName: string;
  color: string;
  badges: string;
  badgeInfo: string;
  isSubscriber: boolean;
  isModerator: boolean;
}

/** Invented chatters. The same seed gives the same chatters. */
export function createChatters(seed: number, count = 300): Chatter[] {
  const firstId = 200_000_000 + (hash(`chatters/${seed}`) % 500_000_000);
  return Array.from({ length: count }, (_, index) => {
    const random = new Random(`chatter/${seed}/${index}`);
    const login = `${random.pick(NAME_STARTS)}_${random.pick(NAME_ENDS)}${index}`;
    const months = random.chance(0.4) ? random.between(1, 60) : 0;
    const isModerator = random.chance(0.05);
    const badges = [
      ...(isModerator ? ['moderator/1'] : []),
      ...(months > 0 ? [`subscriber/${months - (months % 3)}`] : []),
      ...(random.chance(0.1) ? ['premium/1'] : []),
    ];
    return {
      id: String(firstId + index * 31),
      login,
      displayName: random.chance(0.3) ? `${random.pick(KOREAN_NAMES)}${index}` : login,
      color: random.pick(CHATTER_COLORS),
      badges: badges.join(','),
      badgeInfo: months > 0 ? `subscriber/${months}` : '',
      isSubscriber: months > 0,
      isModerator,
    };
  });
}
