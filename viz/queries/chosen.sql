-- What rollups have of the broadcasts in the table `chosen`. Some rollups know the time of a row exactly, the others its hour.
CREATE OR REPLACE TEMP VIEW chosen_hours AS
SELECT stream_id, channel, began_at AS from_at, ended_at AS until_at, strftime(unnest(generate_series(date_trunc('hour', began_at), ended_at - INTERVAL 1 SECOND, INTERVAL 1 HOUR)), '%Y-%m-%dT%H') AS hour
FROM chosen;

CREATE OR REPLACE TEMP VIEW chosen_polls AS
SELECT stream_id, polls.* EXCLUDE (stream_id, channel) FROM polls JOIN chosen USING (stream_id, channel);

CREATE OR REPLACE TEMP VIEW chosen_counts AS
SELECT stream_id, began_at, messages
FROM message_counts JOIN chosen_hours USING (channel, hour)
WHERE began_at >= time_bucket(INTERVAL 10 SECOND, from_at) AND began_at < until_at;

-- A room may have been joined days before the broadcast.
CREATE OR REPLACE TEMP VIEW chosen_records AS
SELECT stream_id, records.* EXCLUDE (channel)
FROM records JOIN chosen USING (channel)
WHERE hour >= strftime(began_at - INTERVAL 7 DAY, '%Y-%m-%dT%H') AND happened_at < ended_at;
