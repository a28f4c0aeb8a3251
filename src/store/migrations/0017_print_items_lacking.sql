-- What a worker did not find in the file store as it was put there, a design or a picture: whoever has it puts it there again.
-- Else empty.
ALTER TABLE print_items ADD COLUMN lacks TEXT NOT NULL DEFAULT '';
CREATE INDEX print_items_lacking ON print_items (batch) WHERE lacks <> '';
