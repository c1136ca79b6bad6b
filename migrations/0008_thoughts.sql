-- The engine: what is to be thought about, what each run of it came to, and what was found.

CREATE TABLE thoughts (                           -- background jobs; the best that budgets allow is claimed
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    installation_id bigint NOT NULL REFERENCES installations ON DELETE CASCADE,
    repository_id   bigint NOT NULL REFERENCES repositories ON DELETE CASCADE,
    kind            text NOT NULL,                -- a key of THOUGHTS in workers/thoughts
    subject         jsonb NOT NULL,
    subject_key     text NOT NULL,                -- the subject in one line: one queued row has it
    parent_id       bigint,                       -- the Thought that asked for this one
    priority        real NOT NULL,                -- risk x novelty x expected yield / cost
    reason          text NOT NULL,                -- of the priority, in words
    state           text NOT NULL DEFAULT 'queued' CHECK (state IN
                    ('queued', 'running', 'done', 'superseded', 'cancelled', 'resting')),
    attempts        int NOT NULL DEFAULT 0,
    failures        int NOT NULL DEFAULT 0,       -- in a row, with the same problem
    problem         text NOT NULL DEFAULT '',     -- of the last run, or why it rests
    run_at          timestamptz NOT NULL DEFAULT now(),
    lease_until     timestamptz,
    created_at      timestamptz NOT NULL DEFAULT now(),
    finished_at     timestamptz
);
CREATE UNIQUE INDEX thoughts_queued_subject ON thoughts (repository_id, kind, subject_key)
    WHERE state = 'queued';
CREATE INDEX ON thoughts (repository_id, priority DESC, id) WHERE state = 'queued';
CREATE INDEX ON thoughts (lease_until) WHERE state = 'running';
CREATE INDEX ON thoughts (repository_id, finished_at);

CREATE TABLE runs (                               -- one execution of a Thought
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    installation_id bigint NOT NULL REFERENCES installations ON DELETE CASCADE,
    repository_id   bigint NOT NULL REFERENCES repositories ON DELETE CASCADE,
    thought_id      bigint NOT NULL REFERENCES thoughts ON DELETE CASCADE,
    kind            text NOT NULL,
    subject         jsonb NOT NULL,
    subject_key     text NOT NULL,
    commit_sha      text NOT NULL,
    content         text NOT NULL DEFAULT '',     -- digest of what it looked at: the same is not done again
    status          text NOT NULL DEFAULT 'running' CHECK (status IN
                    ('running', 'done', 'nothing', 'known', 'failed', 'timed_out', 'cancelled', 'lost')),
    summary         text NOT NULL DEFAULT '',     -- what was looked at and what came of it, a sentence
    problem         text NOT NULL DEFAULT '',
    metrics         jsonb NOT NULL DEFAULT '{}',
    artifacts       jsonb NOT NULL DEFAULT '[]',  -- [{"name", "bytes"}]; the log is 'log.txt'
    seconds         real NOT NULL DEFAULT 0,
    cpu_seconds     real NOT NULL DEFAULT 0,
    model_tokens    int NOT NULL DEFAULT 0,
    cost_usd        real NOT NULL DEFAULT 0,
    started_at      timestamptz NOT NULL DEFAULT now(),
    finished_at     timestamptz
);
CREATE INDEX ON runs (repository_id, started_at DESC);
CREATE INDEX ON runs (thought_id);
CREATE INDEX ON runs (repository_id, kind, subject_key, content) WHERE status = 'done';

CREATE TABLE findings (                           -- what a Thought claims, with its evidence
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    installation_id bigint NOT NULL REFERENCES installations ON DELETE CASCADE,
    repository_id   bigint NOT NULL REFERENCES repositories ON DELETE CASCADE,
    run_id          uuid REFERENCES runs ON DELETE SET NULL,  -- the last that saw it
    fingerprint     text NOT NULL,                -- survives line shifts
    thought         text NOT NULL,
    rule            text NOT NULL,
    severity        text NOT NULL CHECK (severity IN ('low', 'medium', 'high', 'critical')),
    evidence        text NOT NULL CHECK (evidence IN ('suspected', 'proven', 'reproduced')),
    state           text NOT NULL DEFAULT 'open'
                    CHECK (state IN ('open', 'fixed', 'dismissed', 'false_positive')),
    commit_sha      text NOT NULL,                -- where it was last seen
    path            text NOT NULL,
    start_line      int NOT NULL,
    end_line        int NOT NULL,
    symbol          text NOT NULL DEFAULT '',
    message         text NOT NULL,                -- one sentence
    explanation     text NOT NULL DEFAULT '',     -- Markdown: what shows it, and what would mend it
    reproducer      text,                         -- a self-contained test that fails at the commit
    patch           text,                         -- a unified diff that waits for a person
    patch_state     text NOT NULL DEFAULT 'none'
                    CHECK (patch_state IN ('none', 'drafted', 'verified', 'taken', 'refused')),
    content         text NOT NULL DEFAULT '',     -- digest of the code under it
    artifacts       jsonb NOT NULL DEFAULT '[]',  -- [{"run_id", "name", "bytes"}]
    checks          jsonb NOT NULL DEFAULT '[]',  -- [{"at", "thought", "said"}]: what verified it
    read_at         timestamptz,
    vote            int NOT NULL DEFAULT 0 CHECK (vote IN (-1, 0, 1)),
    created_at      timestamptz NOT NULL DEFAULT now(),
    seen_at         timestamptz NOT NULL DEFAULT now(),
    closed_at       timestamptz,
    UNIQUE (repository_id, fingerprint)
);
CREATE INDEX ON findings (repository_id, state, seen_at DESC);
CREATE INDEX ON findings (repository_id, path);

DO $$
DECLARE
    tenant_table text;
BEGIN
    FOREACH tenant_table IN ARRAY ARRAY['thoughts', 'runs', 'findings'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
        EXECUTE format(
            'CREATE POLICY tenant ON %I USING (ponder_may_see(installation_id))', tenant_table);
    END LOOP;
END
$$;
