-- What is written on GitHub is desired state: an intent says how a thing should look, a revision
-- counts how often that changed, and the writer brings GitHub there, one installation at a time.

ALTER TABLE intents
    DROP CONSTRAINT intents_kind_check,
    DROP CONSTRAINT intents_state_check,
    ALTER COLUMN body SET DEFAULT '',             -- of the version before; `content` has it now
    ADD COLUMN content   jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN lane      text NOT NULL DEFAULT '',     -- within one, the order is kept
    ADD COLUMN urgent    boolean NOT NULL DEFAULT false, -- a person waits for it
    ADD COLUMN revision  int NOT NULL DEFAULT 1,  -- counts changes of `content`
    ADD COLUMN written   int NOT NULL DEFAULT 0,  -- the revision that GitHub has; 0: none
    ADD COLUMN node_id   text,                    -- as GraphQL names what was made
    ADD COLUMN made      jsonb NOT NULL DEFAULT '{}',  -- what else the writer knows of it
    ADD COLUMN attempts  int NOT NULL DEFAULT 0,  -- of this revision
    ADD COLUMN opened_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN next_at   timestamptz NOT NULL DEFAULT now(),  -- not tried before
    ADD COLUMN written_at timestamptz,
    -- gone: a person deleted it, and so it is not written again.
    ADD CONSTRAINT intents_state_check CHECK (state IN ('open', 'done', 'failed', 'gone'));

UPDATE intents SET
    content = jsonb_build_object(CASE kind WHEN 'reaction' THEN 'content' ELSE 'body' END, body),
    kind = CASE WHEN kind = 'comment' AND target->>'kind' = 'pulls' THEN 'reply' ELSE kind END,
    lane = repository_id || ':' || coalesce(target->>'number', key),
    urgent = true,
    written = CASE state WHEN 'done' THEN 1 ELSE 0 END,
    opened_at = created_at;

CREATE INDEX intents_open ON intents (installation_id, opened_at, id) WHERE state = 'open';
CREATE INDEX intents_of_repository ON intents (repository_id, state);
CREATE INDEX intents_written ON intents (installation_id, written_at);

CREATE TABLE writers (                            -- who writes for an installation, and from when on
    installation_id bigint PRIMARY KEY REFERENCES installations ON DELETE CASCADE,
    holder      uuid,                             -- NULL: nobody
    lease_until timestamptz,
    next_at     timestamptz NOT NULL DEFAULT 'epoch',  -- nothing is written before
    limits      int NOT NULL DEFAULT 0,           -- met in a row: each makes the next wait longer
    reason      text                              -- why it waits, where GitHub asked for it
);

ALTER TABLE writers ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON writers USING (ponder_may_see(installation_id));
