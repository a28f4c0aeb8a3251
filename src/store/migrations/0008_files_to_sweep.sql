-- A file that is about to be written is listed as well, so that nothing is left of an upload that never came to be; it is
-- taken from then on: milliseconds since 1970 in UTC, 0 for files that were removed.
ALTER TABLE removed_files ADD COLUMN due_at BIGINT NOT NULL DEFAULT 0;
