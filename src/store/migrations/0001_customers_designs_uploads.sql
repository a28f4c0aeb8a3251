-- One set for SQLite and PostgreSQL: TEXT for ids, hashes and JSON, BIGINT for numbers and for times, which are
-- milliseconds since 1970 in UTC.
CREATE TABLE customers (
    id TEXT NOT NULL PRIMARY KEY,
    token_hash TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL
);

CREATE TABLE designs (
    id TEXT NOT NULL PRIMARY KEY,
    customer_id TEXT NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    revision BIGINT NOT NULL,
    document TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX designs_by_customer ON designs (customer_id, updated_at, id);

-- What a design was at each revision, the present one included.
CREATE TABLE design_revisions (
    design_id TEXT NOT NULL REFERENCES designs (id) ON DELETE CASCADE,
    revision BIGINT NOT NULL,
    title TEXT NOT NULL,
    document TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (design_id, revision)
);

-- Links that let whoever has them look at a design.
CREATE TABLE shares (
    token TEXT NOT NULL PRIMARY KEY,
    design_id TEXT NOT NULL REFERENCES designs (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL
);
CREATE INDEX shares_by_design ON shares (design_id);

-- Pictures, each stored once: the id is the hash of the normalised bytes.
CREATE TABLE uploads (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    width_px BIGINT NOT NULL,
    height_px BIGINT NOT NULL,
    facts TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- Who uploaded a picture, and the original that it came from.
CREATE TABLE upload_owners (
    upload_id TEXT NOT NULL REFERENCES uploads (id) ON DELETE CASCADE,
    customer_id TEXT NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    original TEXT NOT NULL,
    media_type TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (upload_id, customer_id)
);
CREATE INDEX upload_owners_by_customer ON upload_owners (customer_id, created_at);
