-- History: the newest commits of the default branch with what they say and touch, and for each path
-- what its commits add up to. Everything that is counted is a whole number, so that counting a push
-- on top gives exactly what counting anew would give.

CREATE TABLE commits (
    repository_id   bigint NOT NULL REFERENCES repositories ON DELETE CASCADE,
    sha             text COLLATE "C" NOT NULL,
    installation_id bigint NOT NULL REFERENCES installations ON DELETE CASCADE,
    author          text NOT NULL,                -- by .mailmap
    committed_at    timestamptz NOT NULL,
    subject         text NOT NULL,
    body            text NOT NULL,                -- without trailers, cut
    parents         smallint NOT NULL,
    paths           text[] NOT NULL,              -- a merge touches nothing
    added           int[] NOT NULL,               -- lines, beside paths; -1: no text
    deleted         int[] NOT NULL,
    PRIMARY KEY (repository_id, sha)
);
ALTER TABLE commits ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON commits USING (ponder_may_see(installation_id));

-- A commit that is a half-life (a year) younger weighs twice as much in what is `recent`. The weights
-- belong to commits and never change, so they can be added up: see workers/index/churn.py.
ALTER TABLE file_history
    ADD COLUMN added          bigint NOT NULL DEFAULT 0,
    ADD COLUMN deleted        bigint NOT NULL DEFAULT 0,
    ADD COLUMN fixes          int NOT NULL DEFAULT 0,
    ADD COLUMN recent_commits bigint NOT NULL DEFAULT 0,
    ADD COLUMN recent_lines   bigint NOT NULL DEFAULT 0,
    ADD COLUMN recent_fixes   bigint NOT NULL DEFAULT 0,
    ADD COLUMN rules          text NOT NULL DEFAULT '';  -- of the row of the path '' alone
