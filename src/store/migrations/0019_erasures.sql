-- What was taken away lately: other services on the same database have it in memory still. What it was and a hash of whom it was
-- of, and when.
CREATE TABLE erasures (
    name TEXT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL
);
CREATE INDEX erasures_by_time ON erasures (at);
