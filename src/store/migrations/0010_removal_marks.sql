-- A listed file that is being taken away at the moment: since when, milliseconds since 1970 in UTC, or 0. While that
-- stands, nobody may note the file: the file store may still take it, however late.
ALTER TABLE removed_files ADD COLUMN removing_at BIGINT NOT NULL DEFAULT 0;
