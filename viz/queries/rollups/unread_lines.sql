-- Lines that could not be read.
SELECT hour, known(reason)[:60] AS reason, count(*) AS lines FROM quarantine GROUP BY ALL
