-- The shop's profile at each revision, the last one in force. Without a row, the profile file of the assets is.
CREATE TABLE shop_profiles (
    revision BIGINT NOT NULL PRIMARY KEY,
    document TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
