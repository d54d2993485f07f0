/** What the chatters write. The texts are our own, the emotes invented. */
export const PHRASES = {
  ko: [
    'ㅋㅋㅋㅋㅋㅋㅋ',
    'ㅋㅋㅋㅋ 이게 되네',
    '안녕하세요!',
    '와 방금 뭐임??',
    '오늘 방송 몇 시까지 하나요',
    '아 아깝다 ㅠㅠㅠ',
    '가즈아아아아',
    '형님 오늘 폼 미쳤다',
    '저녁 뭐 드셨어요',
    'ㄹㅇㅋㅋ',
    '이 노래 제목 좀 알려주세요',
    '처음 왔는데 재밌네요 👍',
    '렉 걸리는 거 저만 그래요?',
    '수고하셨습니다 내일 봐요',
  ],
  en: [
    'LUL',
    'no way that worked',
    'hello from work 👋',
    'gg well played',
    'what is the song name?',
    'clip it!!',
    'first time here, loving it',
    'chat is this real',
    'unlucky :(',
    'LETS GOOOOO',
    'the audio is a bit quiet',
    'how long have you been playing this?',
    'that was clean',
    '!uptime',
  ],
} as const;

export interface Emote {
  id: string;
  name: string;
}

export const EMOTES: readonly Emote[] = [
  { id: '90001', name: 'lakeHype' },
  { id: '90002', name: 'lakeSad' },
  { id: '90003', name: 'lakeWave' },
  { id: 'emotesv2_5f0c7d7a9e1b4c3f8a6d2e1b0c9f8a7d', name: 'gamjaDance' },
  { id: 'emotesv2_0a1b2c3d4e5f60718293a4b5c6d7e8f9', name: 'padoLove' },
];

/** Text that does harm if it is interpreted as anything but text. */
export const HOSTILE_TEXTS: readonly string[] = [
  '<script>alert("lake")</script>',
  '</script><img src=x onerror=alert(1)>',
  "Robert'); DROP TABLE yellow_chat;--",
  '=HYPERLINK("http://example.invalid","click")',
  '+1+cmd|" /C calc"!A0',
  '\u202Egnp.egami ynnuf\u202C',
  'zero\u200Bwidth\u200D\uFEFFjoiners',
  '{{constructor.constructor("return 1")()}} ${7*7} %s %n',
  'a\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308 tall marks',
  '"quoted","csv",\'line\'; back\\slash',
  '../../etc/passwd \\u0000 &amp;lt;b&amp;gt;',
  'javascript:alert(document.cookie) " onmouseover="x',
];
