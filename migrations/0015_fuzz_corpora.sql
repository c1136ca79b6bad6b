-- Inputs that reached something new in a function while it was fuzzed: where the next run begins.

CREATE TABLE fuzz_corpora (
    installation_id bigint NOT NULL REFERENCES installations ON DELETE CASCADE,
    repository_id   bigint NOT NULL REFERENCES repositories ON DELETE CASCADE,
    target          text NOT NULL,                -- 'path#symbol'
    inputs          bytea[] NOT NULL,             -- as the language's fuzzer writes them
    kept_at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (repository_id, target)
);

ALTER TABLE fuzz_corpora ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON fuzz_corpora USING (ponder_may_see(installation_id));
