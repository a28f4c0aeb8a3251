-- What was only shown is forgotten after a while; without this all events are read to find it.
CREATE INDEX events_shown ON events (at) WHERE kind = 'impression';
