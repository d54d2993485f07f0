/** Invented streamers, categories and words for titles. Any likeness to a real account is chance. */
export interface Persona {
  login: string;
  displayName: string;
  language: 'ko' | 'en';
}

export const PERSONAS: readonly Persona[] = [
  { login: 'haneul_baram', displayName: '하늘바람', language: 'ko' },
  { login: 'mosswoodfox', displayName: 'MossWoodFox', language: 'en' },
  { login: 'dalbit_gamja', displayName: '달빛감자', language: 'ko' },
  { login: 'copperkettle_tv', displayName: 'CopperKettle_TV', language: 'en' },
  { login: 'pado_sori88', displayName: '파도소리88', language: 'ko' },
  { login: 'quietlantern', displayName: 'QuietLantern', language: 'en' },
  { login: 'neutbom_goyangi', displayName: '늦봄고양이', language: 'ko' },
  { login: 'tinroofdrums', displayName: 'TinRoofDrums', language: 'en' },
  { login: 'saebyeok_nori', displayName: '새벽놀이', language: 'ko' },
  { login: 'pixelorchard', displayName: 'PixelOrchard', language: 'en' },
];

export interface Category {
  id: string;
  name: string;
  igdbId: string;
}

export const CATEGORIES: readonly Category[] = [
  { id: '700101', name: 'Just Talking', igdbId: '' },
  { id: '700102', name: 'Lantern Keep', igdbId: '91001' },
  { id: '700103', name: 'Orbit Racers 7', igdbId: '91002' },
  { id: '700104', name: '바람의 들판', igdbId: '91003' },
  { id: '700105', name: 'Clay & Kiln', igdbId: '91004' },
  { id: '700106', name: 'Harbour Tactics', igdbId: '91005' },
];

export const TITLES = {
  ko: [
    '오늘도 느긋하게 한 판 🎮',
    '시청자 참여 이벤트! 누구나 환영합니다',
    '밤샘 각오하고 끝까지 간다',
    '새 시즌 첫날, 같이 봐요 <3',
    '',
  ],
  en: [
    'late night grind, come say hi 👋',
    'road to the top 100 | !commands',
    'first playthrough, no spoilers please',
    '<b>new</b> mic "check" & giveaway',
    '',
  ],
} as const;

export const STREAM_TAGS = {
  ko: ['한국어', '소통', '게임'],
  en: ['English', 'Cozy', 'SmallStreamer'],
} as const;

/** Parts of the logins of chatters, and of streamers beyond the list above. */
export const NAME_STARTS = [
  'amber',
  'brisk',
  'cloud',
  'dotori',
  'ember',
  'frost',
  'gamja',
  'hodu',
  'ivory',
  'jelly',
] as const;
export const NAME_ENDS = [
  'badger',
  'comet',
  'dalpaeng',
  'engine',
  'falcon',
  'garden',
  'harbor',
  'insu',
  'jay',
  'kite',
] as const;
/** Korean display names of chatters. */
export const KOREAN_NAMES = [
  '감자탕',
  '호두과자',
  '달팽이',
  '느린구름',
  '물안개',
  '도토리묵',
  '여우비',
  '산들바람',
] as const;
export const CHATTER_COLORS = [
  '#FF4500',
  '#1E90FF',
  '#2E8B57',
  '#8A2BE2',
  '#DAA520',
  '',
  '#5F9EA0',
  '#FF69B4',
] as const;
