-- One row per video.
--
-- Input:  days.videos, the files of yellow/videos.
-- Output: its columns.
-- If Twitch moves the beginning of a video over midnight, both days have the video. The later find counts.
SELECT video_id, stream_id, channel_id, channel_login, began_at, duration_seconds, title, found_at
FROM days.videos
QUALIFY row_number() OVER (PARTITION BY video_id ORDER BY found_at DESC, began_at DESC) = 1
