-- What continuous integration says about files: tests that fail, lines that tests run.

CREATE TABLE signals (
    installation_id bigint NOT NULL REFERENCES installations ON DELETE CASCADE,
    repository_id   bigint NOT NULL REFERENCES repositories ON DELETE CASCADE,
    kind            text NOT NULL CHECK (kind IN ('tests', 'coverage')),
    commit_sha      text NOT NULL,
    path            text NOT NULL,                -- a file; of tests that name none, their class
    measures        jsonb NOT NULL,               -- see core/db/signals.py
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (repository_id, kind, path)
);

ALTER TABLE signals ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON signals USING (ponder_may_see(installation_id));
