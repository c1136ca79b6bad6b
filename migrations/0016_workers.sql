-- Processes that think, as they tell of themselves while they live: what cannot be done on them.

CREATE TABLE workers (
    id      uuid PRIMARY KEY,                      -- of one process, new with each start
    lacks   jsonb NOT NULL DEFAULT '[]',           -- [{"name", "turns_off", "found", "mend"}]
    seen_at timestamptz NOT NULL DEFAULT now()
);
