-- Only customers of ours are shown what they did, by time. The shop's own names come in great numbers, and whoever wants
-- their past away has it by customer. Queries name the condition, so that both databases find the index.
DROP INDEX events_by_time;
CREATE INDEX events_by_time ON events (customer, at, id) WHERE substr(customer, 1, 1) <> '+';

-- Who wants no mail any more, by address in small letters: nobody writes to them, whatever a list says.
CREATE TABLE suppressions (
    email TEXT NOT NULL PRIMARY KEY,
    campaign TEXT NOT NULL,
    at BIGINT NOT NULL
);

-- Styles that suggestions show at the moment, JSON: they stay with fewer customers than they came with, after a restart too.
CREATE TABLE shown_styles (recipe TEXT NOT NULL PRIMARY KEY);
