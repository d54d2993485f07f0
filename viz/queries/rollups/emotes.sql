-- Messages that have an emote of Twitch, if at least two people have used it in the channel in that hour.
SELECT hour, channel, emote, count(*) AS messages
FROM (SELECT hour, channel, speaker, unnest(emotes) AS emote FROM shown WHERE emotes IS NOT NULL)
GROUP BY ALL HAVING min(speaker) <> max(speaker) AND visible(emote) IS NOT NULL
