-- Until when what a customer did was forgotten, milliseconds since 1970 in UTC: what they did before that is not noted any
-- more, however late it is told. 0 if nothing was.
ALTER TABLE customers ADD COLUMN forgotten_at BIGINT NOT NULL DEFAULT 0;
