-- When an event came was read by nobody, and written a million times.
ALTER TABLE events DROP COLUMN received_at;
