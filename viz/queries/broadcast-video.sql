-- Twitch's recording of each chosen broadcast, from the table `videos`. One that still grew when it was found has no known length.
SELECT
  stream_id AS "streamId", video_id AS id, strftime(videos.began_at, '%Y-%m-%dT%H:%M:%SZ') AS "beganAt",
  CASE WHEN found_at > videos.began_at + to_seconds(duration_seconds) + INTERVAL 10 MINUTE THEN duration_seconds END::DOUBLE AS "durationSeconds"
FROM videos SEMI JOIN chosen USING (stream_id)
WHERE isfinite(videos.began_at) AND regexp_full_match(video_id, '[0-9]{1,20}')
QUALIFY row_number() OVER (PARTITION BY stream_id ORDER BY found_at DESC, duration_seconds DESC NULLS LAST, video_id) = 1
