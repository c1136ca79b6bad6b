-- What people made of what they were shown on GitHub: the comments that are looked at for reactions,
-- and feedback on findings beside that on answers. Of a person the login and the number are kept.

CREATE TABLE shown (                              -- a comment of ours that can be judged
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    installation_id bigint NOT NULL REFERENCES installations ON DELETE CASCADE,
    repository_id   bigint NOT NULL REFERENCES repositories ON DELETE CASCADE,
    place           text NOT NULL CHECK (place IN ('issues', 'pulls')),  -- where GitHub keeps it
    comment_id      bigint NOT NULL,              -- as GitHub numbers it
    root_id         bigint,                       -- the first comment of its review thread
    number          bigint NOT NULL,              -- of the issue or the pull request
    answer_id       uuid REFERENCES answers ON DELETE CASCADE,
    fingerprint     text NOT NULL DEFAULT '',     -- of the finding, where it is none of an answer
    details         jsonb NOT NULL DEFAULT '{}',  -- of the finding: what the reader saw, and where
    shown_at        timestamptz NOT NULL,
    etag            text NOT NULL DEFAULT '',     -- of its reactions, as they were last
    next_at         timestamptz NOT NULL DEFAULT now(),  -- its reactions are not asked for before
    CHECK (answer_id IS NOT NULL OR fingerprint <> ''),
    UNIQUE (repository_id, place, comment_id)
);
CREATE INDEX shown_next ON shown (installation_id, next_at);
CREATE INDEX shown_answers ON shown (answer_id);

ALTER TABLE shown ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON shown USING (ponder_may_see(installation_id));

ALTER TABLE feedback
    ALTER COLUMN answer_id DROP NOT NULL,
    ADD COLUMN repository_id  bigint REFERENCES repositories ON DELETE CASCADE,
    ADD COLUMN fingerprint    text NOT NULL DEFAULT '',   -- of a finding
    ADD COLUMN rule           text NOT NULL DEFAULT '',   -- that found it
    ADD COLUMN source         text NOT NULL DEFAULT 'page'
        CHECK (source IN ('page', 'reaction', 'reply', 'thread', 'merge')),
    ADD COLUMN actor_id       bigint,                     -- as GitHub numbers the person
    ADD COLUMN may_write      boolean NOT NULL DEFAULT false,  -- had write access at that moment
    ADD COLUMN policy_version text NOT NULL DEFAULT '',   -- which chose what was shown
    ADD COLUMN propensity     double precision NOT NULL DEFAULT 1,  -- that it would be chosen
    ADD COLUMN shown          jsonb NOT NULL DEFAULT '{}',  -- what the person saw
    ADD CONSTRAINT feedback_of_something CHECK (answer_id IS NOT NULL OR fingerprint <> '');

UPDATE feedback f SET repository_id = a.repository_id, policy_version = a.policy_version,
    propensity = a.propensity FROM answers a WHERE a.id = f.answer_id;

CREATE UNIQUE INDEX feedback_of_finding ON feedback (repository_id, fingerprint, actor)
    WHERE fingerprint <> '';
CREATE INDEX feedback_of_repository ON feedback (repository_id, created_at);

-- Where cited lines are now, as long as nobody changed them. Beside what the citation says, which
-- is of its commit for good.
ALTER TABLE citations ADD COLUMN moved jsonb;     -- {"path", "start_line", "end_line", "commit_sha", "blob_id"}
