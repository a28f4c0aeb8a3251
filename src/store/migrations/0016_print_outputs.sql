-- What workers made, over all batches. A file of the store is used again only where its bytes are these: it may have been
-- damaged, and its name does not tell.
CREATE TABLE print_outputs (
    -- The print job, after which the file is called.
    job TEXT PRIMARY KEY,
    bytes BIGINT NOT NULL,
    blake3 TEXT NOT NULL,
    made_at BIGINT NOT NULL
);
