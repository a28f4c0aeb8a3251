-- What customers did, for suggestions. `customer` is an id of ours, or a shop's own name behind a `+`: the shop's past may
-- tell of people who never had a cookie. The id is the caller's and is known once for each customer.
CREATE TABLE events (
    customer TEXT NOT NULL,
    id TEXT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (customer, id)
);
CREATE INDEX events_by_time ON events (customer, at, id);

-- What a customer wants of the studio and of suggestions.
CREATE TABLE preferences (
    customer_id TEXT NOT NULL PRIMARY KEY REFERENCES customers (id) ON DELETE CASCADE,
    body TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);
