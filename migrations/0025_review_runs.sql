-- When work on each head of a pull request began, so that a storm of pushes is a few reviews an hour.

ALTER TABLE reviews ADD COLUMN began timestamptz[] NOT NULL DEFAULT '{}';
