-- What batches that several machines share are made of. A row is a line of an order, or the ticket of one; the queue holds
-- no more than its name, and these rows say what is true of it.
CREATE TABLE print_items (
    -- The batch: an id that its folder keeps.
    batch TEXT NOT NULL,
    -- BLAKE3 of `work`.
    id TEXT NOT NULL,
    -- The order and line, for people.
    line TEXT NOT NULL,
    -- Everything that decides a byte of its files, JSON.
    work TEXT NOT NULL,
    -- Its turn: higher ones come first, and each batch's next ones are as high as those of the others.
    place BIGINT NOT NULL,
    -- waiting, done or dead
    state TEXT NOT NULL,
    -- How often it was begun since it last came to any end: a worker that goes with it says nothing.
    starts BIGINT NOT NULL,
    -- How often it failed.
    tries BIGINT NOT NULL,
    -- What was made, JSON.
    files TEXT NOT NULL,
    -- Why it failed last; else empty.
    error TEXT NOT NULL,
    -- The entry of the queue that stands for it.
    task TEXT NOT NULL,
    -- Who had it last.
    worker TEXT NOT NULL,
    -- 1 once whoever asked for it has it.
    taken BIGINT NOT NULL,
    -- When it changed last.
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (batch, id)
);
CREATE INDEX print_items_open ON print_items (batch, taken, state);
