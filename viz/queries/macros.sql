-- They make one invalid value harmless: a text without visible characters or a number out of range becomes NULL, a text is cut to 1,000 characters.
CREATE OR REPLACE TEMP MACRO visible(txt) AS CASE WHEN regexp_matches(txt[:1000], '[^\s\p{Z}\p{C}]') THEN txt[:1000] END;
CREATE OR REPLACE TEMP MACRO counted(n) AS CASE WHEN TRY_CAST(n AS BIGINT) BETWEEN 0 AND 9007199254740991 THEN TRY_CAST(n AS BIGINT) END;
CREATE OR REPLACE TEMP MACRO known(txt) AS coalesce(visible(txt), '–');
CREATE OR REPLACE TEMP MACRO finite(t) AS CASE WHEN isfinite(t) THEN t END;

-- Bots that many channels have, and whoever has Twitch's badge for them.
CREATE OR REPLACE TEMP MACRO of_bot(login, badges) AS
  coalesce(login IN ('botisimo', 'botrixoficial', 'buttsbot', 'coebot', 'commanderroot', 'creatisbot', 'deepbot', 'dixperbro', 'fossabot', 'kofistreambot',
    'lolrankbot', 'mikuia', 'mirrobot', 'moobot', 'mtgbot', 'nightbot', 'own3d', 'phantombot', 'playwithviewersbot', 'pokemoncommunitygame', 'potatbotat',
    'pretzelrocks', 'restreambot', 'sery_bot', 'songlistbot', 'soundalerts', 'ssakdook', 'streamcaptainbot', 'streamelements', 'streamholics', 'streamjar',
    'streamkit', 'streamlabs', 'streamstickers', 'stay_hydrated_bot', 'supibot', 'tangiabot', 'tipeeestreambot', 'titlechange_bot', 'trackerggbot',
    'vivbot', 'wizebot', 'wzbot', 'xanbot'), false)
  OR coalesce(regexp_matches(badges, '(^|,)bot-badge/'), false);

-- Runs of the Korean letters for laughing and crying count as two of them.
CREATE OR REPLACE TEMP MACRO without_links(txt) AS CASE WHEN contains(txt, '://') THEN regexp_replace(txt, '\S+://\S+', ' ', 'g') ELSE txt END;
CREATE OR REPLACE TEMP MACRO short_laughter(txt) AS CASE
  WHEN regexp_matches(txt, 'ㅋㅋㅋ|ㅎㅎㅎ|[ㅠㅜ][ㅠㅜ]') THEN
    regexp_replace(regexp_replace(regexp_replace(txt, 'ㅋ{2,}', 'ㅋㅋ', 'g'), 'ㅎ{2,}', 'ㅎㅎ', 'g'), '[ㅠㅜ]{2,}', 'ㅠㅠ', 'g')
  ELSE txt
END;

-- The words of a text, each once, with some that are too short. Most texts have nothing but words and spaces: to split them is much faster.
CREATE OR REPLACE TEMP MACRO words_of(txt) AS CASE
  WHEN regexp_matches(txt, '[^\p{L}\p{N}_ ]') THEN list_distinct(regexp_extract_all(txt, '[\p{L}\p{N}_]+'))
  WHEN contains(txt, ' ') THEN list_distinct(string_split(txt, ' '))
  ELSE [txt]
END;

-- The writing system of a text: the first of these of which it has a letter.
CREATE OR REPLACE TEMP MACRO script_of(txt) AS CASE
  WHEN regexp_matches(txt, '\p{Hangul}') THEN 'Hangul'
  WHEN regexp_matches(txt, '[\p{Hiragana}\p{Katakana}]') THEN 'Kana'
  WHEN regexp_matches(txt, '\p{Han}') THEN 'Han'
  WHEN regexp_matches(txt, '\p{Cyrillic}') THEN 'Cyrillic'
  WHEN regexp_matches(txt, '\p{Thai}') THEN 'Thai'
  WHEN regexp_matches(txt, '\p{Arabic}') THEN 'Arabic'
  WHEN regexp_matches(txt, '\p{Latin}') THEN 'Latin'
  WHEN regexp_matches(txt, '\p{L}') THEN 'other'
  ELSE 'none'
END;
