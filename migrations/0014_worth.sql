-- What a priority is made of, so that what waits is worth what is known today; and what runs of a kind
-- came to lately, found without a look at those that had nothing to do.

ALTER TABLE thoughts
    ADD COLUMN worth    jsonb;      -- {"because", "risk", "novelty", "expected", "seconds"}; NULL: it stays

CREATE INDEX ON runs (repository_id, kind, started_at DESC) WHERE status IN ('done', 'timed_out');
