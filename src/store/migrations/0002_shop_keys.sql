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
