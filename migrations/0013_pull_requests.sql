-- What is found in the head of a pull request, apart from what the default branch has; and what
-- continuous integration made of each commit.

ALTER TABLE findings
    ADD COLUMN ref text NOT NULL DEFAULT '';      -- refs/pull/N/head; '' is the default branch

CREATE TABLE check_results (
    installation_id bigint NOT NULL REFERENCES installations ON DELETE CASCADE,
    repository_id   bigint NOT NULL REFERENCES repositories ON DELETE CASCADE,
    commit_sha      text NOT NULL,
    name            text NOT NULL,                -- of what ran, such as 'check_run build'
    failed          boolean NOT NULL,
    said_at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (repository_id, commit_sha, name)
);

ALTER TABLE check_results ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON check_results USING (ponder_may_see(installation_id));
