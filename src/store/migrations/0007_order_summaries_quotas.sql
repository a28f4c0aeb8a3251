-- What a list of orders shows of each, JSON: src/order/content.rs. Orders of before have none.
ALTER TABLE orders ADD COLUMN summary TEXT;

-- Bytes of the original, for the quota of its owner.
ALTER TABLE upload_owners ADD COLUMN bytes BIGINT NOT NULL DEFAULT 0;

-- A key that makes a repeated order the same order belongs to whoever sends it: a customer, or a key of the shop.
CREATE TABLE order_keys (
    caller TEXT NOT NULL,
    name TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    order_id TEXT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (caller, name)
);
INSERT INTO order_keys (caller, name, body_hash, order_id, created_at)
    SELECT customer_id, name, body_hash, order_id, created_at FROM idempotency_keys;
DROP TABLE idempotency_keys;
CREATE INDEX orders_by_age ON orders (created_at, id);
CREATE INDEX order_keys_by_age ON order_keys (created_at);
