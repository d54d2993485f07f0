-- Messages that have a word, if at least two people have said it in the channel in that hour.
SELECT hour, channel, word, count(*) AS messages
FROM (SELECT hour, channel, speaker, unnest(words) AS word FROM shown)
GROUP BY ALL HAVING min(speaker) <> max(speaker) AND length(word) BETWEEN 2 AND 40 AND regexp_matches(word, '\p{L}')
