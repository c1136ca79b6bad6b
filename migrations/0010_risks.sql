-- Risk: how likely each file and definition is to need mending, and why; and cards, what is known of
-- a function, a module or a change in sentences that each cite their lines.

CREATE TABLE risks (
    installation_id bigint NOT NULL REFERENCES installations ON DELETE CASCADE,
    repository_id   bigint NOT NULL REFERENCES repositories ON DELETE CASCADE,
    path            text NOT NULL,
    symbol          text NOT NULL,                -- qualified; '': the file
    score           real NOT NULL,                -- 0 to 1: the chance of a fix in the time ahead
    reasons         text[] NOT NULL,              -- in words, the weightiest first
    measures        jsonb NOT NULL,               -- what the score was made of
    commit_sha      text NOT NULL
);
-- Names may be longer than an index takes, and a qualified name may be there twice in a file.
CREATE INDEX ON risks (repository_id, score DESC);
CREATE INDEX ON risks (repository_id, md5(path));

CREATE TABLE risk_models (                        -- what was learned from a repository's own fixes
    repository_id   bigint PRIMARY KEY REFERENCES repositories ON DELETE CASCADE,
    installation_id bigint NOT NULL REFERENCES installations ON DELETE CASCADE,
    weights         jsonb NOT NULL,
    summary         text NOT NULL,                -- which one is used, and on how much it rests
    commit_sha      text NOT NULL,                -- the newest commit that it saw
    fitted_at       timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE cards (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    installation_id bigint NOT NULL REFERENCES installations ON DELETE CASCADE,
    repository_id   bigint NOT NULL REFERENCES repositories ON DELETE CASCADE,
    scope           text NOT NULL,                -- as of facts; a change: 'before..after'
    kind            text NOT NULL CHECK (kind IN ('function', 'module', 'change', 'map')),
    title           text NOT NULL,
    sentences       jsonb NOT NULL,               -- [{"text", "citations": [{"path", "start_line",
                                                  --   "end_line", "blob"}]}]
    content         text NOT NULL,                -- digest of the code that it is about
    commit_sha      text NOT NULL,                -- what the lines are counted in
    by_model        boolean NOT NULL DEFAULT false,
    made_at         timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX ON cards (repository_id, kind, md5(scope));

DO $$
DECLARE
    tenant_table text;
BEGIN
    FOREACH tenant_table IN ARRAY ARRAY['risks', 'risk_models', 'cards'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
        EXECUTE format(
            'CREATE POLICY tenant ON %I USING (ponder_may_see(installation_id))', tenant_table);
    END LOOP;
END
$$;
