-- Keys of the shop's own programs. The key itself is never kept, only its hash.
CREATE TABLE shop_keys (
    id TEXT NOT NULL PRIMARY KEY,
    key_hash TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    -- Names of what it may do, with spaces between.
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    revoked_at BIGINT
);

-- Files that no row needs any more, until they are really gone.
CREATE TABLE removed_files (
    name TEXT NOT NULL PRIMARY KEY
);
CREATE INDEX upload_owners_by_original ON upload_owners (original);
