-- Continual Learning: where it is on, what it may spend, and whose turn it is.

CREATE TABLE learning (
    repository_id   bigint PRIMARY KEY REFERENCES repositories ON DELETE CASCADE,
    installation_id bigint NOT NULL REFERENCES installations ON DELETE CASCADE,
    "on"            boolean NOT NULL DEFAULT false,  -- in effect: of the three below
    said            jsonb NOT NULL DEFAULT '{}',  -- by a person: on, budgets, quiet_hours, thoughts
    configured      jsonb NOT NULL DEFAULT '{}',  -- by .github/ponder.yml, with exclude too
    by_default      boolean NOT NULL DEFAULT false,
    said_by         text NOT NULL DEFAULT '',
    problem         text NOT NULL DEFAULT '',     -- of the configuration
    commit_sha      text NOT NULL DEFAULT '',     -- the last that Thoughts were queued for
    cadence         jsonb NOT NULL DEFAULT '{}',  -- when each kind came round last, by itself
    changed_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON learning (installation_id) WHERE "on";

CREATE TABLE budgets (                            -- of a repository, or of a whole installation
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    installation_id bigint NOT NULL REFERENCES installations ON DELETE CASCADE,
    repository_id   bigint REFERENCES repositories ON DELETE CASCADE,  -- NULL: the installation
    buckets         jsonb NOT NULL DEFAULT '{}',  -- by resource: what is left, and was spent
    began           double precision NOT NULL DEFAULT 0,  -- in virtual time: its last turn,
    served          double precision NOT NULL DEFAULT 0,  -- and when the next is due to it
    weight          real NOT NULL DEFAULT 1 CHECK (weight > 0),
    paused_until    timestamptz,
    paused_because  text NOT NULL DEFAULT '',
    UNIQUE NULLS NOT DISTINCT (installation_id, repository_id)
);
CREATE INDEX ON budgets (began) WHERE repository_id IS NULL;

ALTER TABLE thoughts
    ADD COLUMN depth        int NOT NULL DEFAULT 0,    -- how many Thoughts led to it
    ADD COLUMN asked_by     text NOT NULL DEFAULT '',  -- a person: runs first, and runs again
    ADD COLUMN cancelled_by text NOT NULL DEFAULT '',  -- who wants a running one to end
    ADD COLUMN reserved     jsonb NOT NULL DEFAULT '{}',  -- of the budgets, while it runs
    ADD COLUMN failed_as    text NOT NULL DEFAULT '';  -- the problem that `failures` counts
CREATE INDEX ON thoughts (id) WHERE state = 'queued' AND asked_by <> '';
CREATE INDEX ON thoughts (parent_id) WHERE parent_id IS NOT NULL;

ALTER TABLE runs ADD COLUMN found int NOT NULL DEFAULT 0;  -- findings that were new

DO $$
DECLARE
    tenant_table text;
BEGIN
    FOREACH tenant_table IN ARRAY ARRAY['learning', 'budgets'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
        EXECUTE format(
            'CREATE POLICY tenant ON %I USING (ponder_may_see(installation_id))', tenant_table);
    END LOOP;
END
$$;
