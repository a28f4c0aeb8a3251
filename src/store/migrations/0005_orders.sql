-- What customers ordered. The status is one of src/order/status.rs.
CREATE TABLE orders (
    id TEXT NOT NULL PRIMARY KEY,
    customer_id TEXT NOT NULL REFERENCES customers (id),
    status TEXT NOT NULL,
    revision BIGINT NOT NULL,
    -- Names everything that decides what is made.
    hash TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX orders_by_customer ON orders (customer_id, created_at, id);
CREATE INDEX orders_by_status ON orders (status, created_at, id);

-- What an order was at each revision, the present one included.
CREATE TABLE order_revisions (
    order_id TEXT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    revision BIGINT NOT NULL,
    hash TEXT NOT NULL,
    content TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (order_id, revision)
);

-- Pictures that orders need, whatever their owners do with them afterwards.
CREATE TABLE order_pictures (
    order_id TEXT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    upload_id TEXT NOT NULL REFERENCES uploads (id),
    PRIMARY KEY (order_id, upload_id)
);
CREATE INDEX order_pictures_by_upload ON order_pictures (upload_id);

-- Who approved which hash; it holds for as long as the order has it.
CREATE TABLE approvals (
    order_id TEXT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    number BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    hash TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (order_id, number)
);

-- What happened to an order, in its order.
CREATE TABLE order_events (
    order_id TEXT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    number BIGINT NOT NULL,
    kind TEXT NOT NULL,
    detail TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (order_id, number)
);

-- Keys that make a repeated order the same order.
CREATE TABLE idempotency_keys (
    customer_id TEXT NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    order_id TEXT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (customer_id, name)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
