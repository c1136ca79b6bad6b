-- Reviews of pull requests: one row for each head that was to be looked at, so that its check run is
-- always concluded; and what was found in a pull request, which is apart from what is known of the
-- default branch and outlives the head in which it was found.

CREATE TABLE reviews (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    installation_id bigint NOT NULL REFERENCES installations ON DELETE CASCADE,
    repository_id   bigint NOT NULL REFERENCES repositories ON DELETE CASCADE,
    number          bigint NOT NULL,
    head            text NOT NULL,                    -- '': whatever it is when work begins
    state           text NOT NULL DEFAULT 'waiting'
        CHECK (state IN ('waiting', 'running', 'done', 'skipped', 'superseded', 'failed')),
    manual          boolean NOT NULL DEFAULT false,   -- a person asked for it
    covered         jsonb NOT NULL DEFAULT '{}',      -- the blob of each path that was looked at
    reason          text NOT NULL DEFAULT '',         -- why not, or not all
    asked_at        timestamptz NOT NULL DEFAULT now(),
    ended_at        timestamptz,
    UNIQUE (repository_id, number, head)
);
CREATE INDEX reviews_open ON reviews (asked_at) WHERE state IN ('waiting', 'running');

CREATE TABLE review_findings (
    installation_id bigint NOT NULL REFERENCES installations ON DELETE CASCADE,
    repository_id   bigint NOT NULL REFERENCES repositories ON DELETE CASCADE,
    number          bigint NOT NULL,
    fingerprint     text NOT NULL,
    state           text NOT NULL DEFAULT 'open'
        CHECK (state IN ('open', 'fixed', 'dismissed', 'false_positive')),
    rule            text NOT NULL,
    severity        text NOT NULL CHECK (severity IN ('low', 'medium', 'high', 'critical')),
    evidence        text NOT NULL CHECK (evidence IN ('suspected', 'proven', 'reproduced')),
    path            text NOT NULL,
    start_line      int NOT NULL,
    end_line        int NOT NULL,
    symbol          text NOT NULL DEFAULT '',
    message         text NOT NULL,
    explanation     text NOT NULL DEFAULT '',
    patch           text,
    reproducer      text,                             -- a test that fails as long as it is there
    content         text NOT NULL DEFAULT '',         -- a digest of the code that it is about
    head            text NOT NULL,                    -- where it was seen last
    review_key      text NOT NULL DEFAULT '',         -- of the review with its inline comment
    fixed_in        text NOT NULL DEFAULT '',
    created_at      timestamptz NOT NULL DEFAULT now(),
    closed_at       timestamptz,
    PRIMARY KEY (repository_id, number, fingerprint)
);
CREATE INDEX review_findings_dismissed ON review_findings (repository_id, fingerprint)
    WHERE state IN ('dismissed', 'false_positive');

DO $$
DECLARE tenant_table text;
BEGIN
    FOREACH tenant_table IN ARRAY ARRAY['reviews', 'review_findings'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
        EXECUTE format(
            'CREATE POLICY tenant ON %I USING (ponder_may_see(installation_id))', tenant_table);
    END LOOP;
END $$;
