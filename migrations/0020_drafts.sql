-- Changes that a person asked for: found, checked, offered as a draft pull request, and kept in step
-- with the branch that they are for until a person decides.

CREATE TABLE drafts (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    installation_id bigint NOT NULL REFERENCES installations ON DELETE CASCADE,
    repository_id   bigint NOT NULL REFERENCES repositories ON DELETE CASCADE,
    kind            text NOT NULL CHECK (kind IN ('fix', 'tests')),
    fingerprint     text NOT NULL DEFAULT '',     -- of the finding that it mends; '' until one is chosen
    ref             text NOT NULL DEFAULT '',     -- refs/pull/N/head; '' the default branch
    text            text NOT NULL DEFAULT '',     -- what followed the command
    asked_by        text NOT NULL,                -- a login
    told            jsonb NOT NULL DEFAULT '{}',  -- where the person is told what came of it
    state           text NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'thinking', 'writing', 'open',
                    'offered', 'refused', 'failed', 'closed', 'merged')),
    said            text NOT NULL DEFAULT '',     -- what came of it, in words
    thought_id      bigint,                       -- what is waited for
    patch           text NOT NULL DEFAULT '',
    base            text NOT NULL DEFAULT '',     -- the branch that it is for
    base_commit     text NOT NULL DEFAULT '',     -- what it stands on
    number          int,                          -- of the pull request
    created_at      timestamptz NOT NULL DEFAULT now(),
    changed_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON drafts (repository_id, state);
CREATE INDEX ON drafts (repository_id, fingerprint);

ALTER TABLE drafts ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON drafts USING (ponder_may_see(installation_id));
