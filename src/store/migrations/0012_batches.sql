-- Batches of orders that the shop brought as a file; the file itself lies in the file store as `batches/ID`.
CREATE TABLE batches (
    id TEXT NOT NULL PRIMARY KEY,
    -- What the file was called.
    name TEXT NOT NULL,
    -- What is made of it, JSON.
    spec TEXT NOT NULL,
    -- ready, waiting, running, done, stopped or failed
    state TEXT NOT NULL,
    -- What is known of its rows, JSON.
    summary TEXT NOT NULL,
    -- Why it failed; else empty.
    detail TEXT NOT NULL,
    -- Files that are made of it, and those that are there.
    files BIGINT NOT NULL,
    made BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    -- When its state changed last: those that wait are made in this order.
    updated_at BIGINT NOT NULL
);
CREATE INDEX batches_by_state ON batches (state, updated_at, id);
CREATE INDEX batches_by_time ON batches (created_at, id);
