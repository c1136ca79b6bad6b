-- The first schema. Every tenant table carries its installation, and row-level security keyed on a
-- per-transaction setting makes a forgotten WHERE return nothing.

CREATE EXTENSION IF NOT EXISTS vector;

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'ponder_app') THEN
        CREATE ROLE ponder_app NOLOGIN NOBYPASSRLS;
    END IF;
    EXECUTE format('GRANT ponder_app TO %I', current_user);
    EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO ponder_app', current_database());
END
$$;

CREATE FUNCTION ponder_may_see(installation bigint) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT current_setting('ponder.installation', true) IN ('system', installation::text)
$$;

CREATE TABLE installations (
    id           bigint PRIMARY KEY,              -- GitHub's id; 0 is 'local'
    account      text NOT NULL,
    account_type text NOT NULL DEFAULT 'User',
    permissions  jsonb NOT NULL DEFAULT '{}',
    suspended_at timestamptz,
    removed_at   timestamptz,
    created_at   timestamptz NOT NULL DEFAULT now()
);
INSERT INTO installations (id, account) VALUES (0, 'local');

CREATE TABLE repositories (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    installation_id bigint NOT NULL REFERENCES installations ON DELETE CASCADE,
    github_id       bigint,
    name            text NOT NULL,                -- owner/name, or a local folder's name
    source          text NOT NULL,                -- what git fetches from: a path or an URL
    default_branch  text NOT NULL DEFAULT '',
    private         boolean NOT NULL DEFAULT true,
    snapshot_id     bigint,                       -- what questions are answered from
    progress        jsonb NOT NULL DEFAULT '{}',  -- what the indexer is doing now
    error           text,                         -- why the last index failed
    removed_at      timestamptz,
    created_at      timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX ON repositories (github_id) WHERE github_id IS NOT NULL;
-- On GitHub a name may pass from one repository to another, and the numeric id counts.
CREATE UNIQUE INDEX ON repositories (installation_id, source) WHERE github_id IS NULL;

CREATE TABLE users (
    id               bigint PRIMARY KEY,          -- GitHub's id
    login            text NOT NULL,
    name             text,
    avatar_url       text,
    token            bytea,                       -- encrypted: access and refresh token
    token_expires_at timestamptz,
    links_checked_at timestamptz,                 -- when repository_links were last asked for
    created_at       timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE sessions (
    id_hash    bytea PRIMARY KEY,                 -- SHA-256 of the cookie's value
    user_id    bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE repository_links (                   -- what GitHub lets a user see, with its age
    user_id       bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    repository_id bigint NOT NULL REFERENCES repositories ON DELETE CASCADE,
    permission    text NOT NULL,
    checked_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, repository_id)
);

CREATE TABLE snapshots (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    installation_id bigint NOT NULL REFERENCES installations ON DELETE CASCADE,
    repository_id   bigint NOT NULL REFERENCES repositories ON DELETE CASCADE,
    ref             text NOT NULL,
    commit_sha      text NOT NULL,
    base_id         bigint REFERENCES snapshots,  -- an overlay has rows for changed paths only
    depth           int NOT NULL DEFAULT 0,       -- length of the chain of bases
    rules           text NOT NULL,                -- version of parsing, chunking and skipping
    committed_at    timestamptz,
    created_at      timestamptz NOT NULL DEFAULT now(),
    UNIQUE (repository_id, commit_sha, rules)
);
ALTER TABLE repositories ADD FOREIGN KEY (snapshot_id) REFERENCES snapshots ON DELETE SET NULL;

CREATE TABLE blobs (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    installation_id bigint NOT NULL REFERENCES installations ON DELETE CASCADE,
    repository_id   bigint NOT NULL REFERENCES repositories ON DELETE CASCADE,
    sha             text NOT NULL,                -- of the git object
    language        text NOT NULL,                -- one content may be two languages: .h files
    rules           text NOT NULL,
    lines           int NOT NULL,
    size            int NOT NULL,                 -- bytes in git
    has_error       boolean NOT NULL DEFAULT false,
    text            bytea NOT NULL,               -- zlib-compressed UTF-8
    UNIQUE (repository_id, sha, language, rules)
);

CREATE TABLE files (
    snapshot_id     bigint NOT NULL REFERENCES snapshots ON DELETE CASCADE,
    installation_id bigint NOT NULL REFERENCES installations ON DELETE CASCADE,
    path            text NOT NULL,                -- UTF-8; other bytes stand as \xNN
    raw_path        bytea,                        -- git's bytes, where they are not that text
    sha             text,
    blob_id         bigint REFERENCES blobs,      -- null: skipped or, in an overlay, removed
    skipped         text,                         -- why it is not indexed; 'removed' in an overlay
    PRIMARY KEY (snapshot_id, path)
);
CREATE INDEX ON files (blob_id);

-- Rows of chunks, symbols and symbol_references go with their blob: foreign keys of their own to
-- installations and repositories would cost a third of the time that writing them takes.
CREATE TABLE chunks (
    blob_id         bigint NOT NULL REFERENCES blobs ON DELETE CASCADE,
    ordinal         int NOT NULL,                 -- in the order of the lines
    installation_id bigint NOT NULL,
    start_line      int NOT NULL,
    end_line        int NOT NULL,
    symbol          text NOT NULL,                -- qualified name; '' outside definitions
    kind            text NOT NULL,
    terms           bytea NOT NULL,               -- packed postings: workers/index/terms.py
    PRIMARY KEY (blob_id, ordinal)
);

CREATE TABLE symbols (
    blob_id         bigint NOT NULL REFERENCES blobs ON DELETE CASCADE,
    ordinal         int NOT NULL,
    installation_id bigint NOT NULL,
    repository_id   bigint NOT NULL,
    name            text NOT NULL,
    qualified       text NOT NULL,
    kind            text NOT NULL,
    start_line      int NOT NULL,
    end_line        int NOT NULL,
    signature       text NOT NULL,
    docstring       text NOT NULL,
    PRIMARY KEY (blob_id, ordinal)
);
-- By the name itself: under row-level security an index on lower(name) would not be used, because
-- lower() is not leakproof.
CREATE INDEX ON symbols (repository_id, name);

CREATE TABLE symbol_references (
    blob_id         bigint NOT NULL REFERENCES blobs ON DELETE CASCADE,
    installation_id bigint NOT NULL,
    repository_id   bigint NOT NULL,
    name            text NOT NULL,
    kind            text NOT NULL,                -- call, import, inherit, reference
    symbol          int NOT NULL,                 -- ordinal of the enclosing symbol; -1: none
    lines           int[] NOT NULL
);
CREATE INDEX ON symbol_references (repository_id, name);
CREATE INDEX ON symbol_references (blob_id);

CREATE TABLE embedding_models (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    installation_id bigint NOT NULL REFERENCES installations ON DELETE CASCADE,
    repository_id   bigint NOT NULL REFERENCES repositories ON DELETE CASCADE,
    provider        text NOT NULL,                -- lsa, openai:<model>, model2vec:<name>
    dimensions      int NOT NULL,
    state           text NOT NULL CHECK (state IN ('building', 'serving', 'retired')),
    parameters      jsonb NOT NULL DEFAULT '{}',
    created_at      timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE embedding_terms (                    -- the vocabulary of a repository-trained model
    model_id        bigint NOT NULL REFERENCES embedding_models ON DELETE CASCADE,
    term            bigint NOT NULL,
    installation_id bigint NOT NULL REFERENCES installations ON DELETE CASCADE,
    weight          real NOT NULL,
    vector          halfvec NOT NULL,
    PRIMARY KEY (model_id, term)
);

CREATE TABLE embeddings (
    model_id        bigint NOT NULL REFERENCES embedding_models ON DELETE CASCADE,
    blob_id         bigint NOT NULL REFERENCES blobs ON DELETE CASCADE,
    ordinal         int NOT NULL,
    installation_id bigint NOT NULL REFERENCES installations ON DELETE CASCADE,
    vector          halfvec NOT NULL,
    PRIMARY KEY (model_id, blob_id, ordinal)
);
CREATE INDEX ON embeddings (blob_id);

-- Only an owner may make an index, and the application acts as another role. A model with many vectors
-- has an index of its own; that of a model which is gone goes with the next one's. Without statistics the
-- planner would not use it.
CREATE FUNCTION ponder_index_embeddings(model bigint, dimensions int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    stale text;
BEGIN
    FOR stale IN
        SELECT indexname FROM pg_indexes WHERE schemaname = 'public' AND tablename = 'embeddings'
        AND indexname ~ '^embeddings_of_\d+$' AND NOT EXISTS (
            SELECT FROM embedding_models WHERE 'embeddings_of_' || id = indexname)
    LOOP
        EXECUTE format('DROP INDEX %I', stale);
    END LOOP;
    EXECUTE format(
        'CREATE INDEX IF NOT EXISTS %I ON embeddings '
        'USING hnsw ((vector::halfvec(%s)) halfvec_ip_ops) WHERE model_id = %s',
        'embeddings_of_' || model, dimensions, model);
    ANALYZE embeddings;
END
$$;

CREATE TABLE file_history (                       -- of the default branch, for recency
    repository_id     bigint NOT NULL REFERENCES repositories ON DELETE CASCADE,
    path              text NOT NULL,
    installation_id   bigint NOT NULL REFERENCES installations ON DELETE CASCADE,
    last_commit       text NOT NULL,
    last_committed_at timestamptz NOT NULL,
    commits           int NOT NULL,
    PRIMARY KEY (repository_id, path)
);

CREATE TABLE deliveries (
    id              uuid PRIMARY KEY,             -- X-GitHub-Delivery
    event           text NOT NULL,
    action          text NOT NULL DEFAULT '',
    installation_id bigint,                       -- absent in some events, and not yet known in others
    payload         jsonb NOT NULL,
    state           text NOT NULL CHECK (state IN ('received', 'done', 'ignored', 'failed')),
    reason          text NOT NULL DEFAULT '',     -- why it was ignored, or how it failed
    received_at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON deliveries (received_at) WHERE state IN ('received', 'failed');

CREATE TABLE work (                               -- what jobs are about: a job carries only the id
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    installation_id bigint NOT NULL REFERENCES installations ON DELETE CASCADE,
    kind            text NOT NULL,
    queue           text NOT NULL CHECK (queue IN ('interactive', 'indexing', 'background')),
    key             text,                         -- at most one queued row has it
    subject         jsonb NOT NULL,
    state           text NOT NULL DEFAULT 'queued'
                    CHECK (state IN ('queued', 'running', 'done', 'failed')),
    attempts        int NOT NULL DEFAULT 0,
    run_at          timestamptz NOT NULL DEFAULT now(),
    lease_until     timestamptz,
    error           text,
    created_at      timestamptz NOT NULL DEFAULT now(),
    finished_at     timestamptz
);
CREATE UNIQUE INDEX work_queued_key ON work (key) WHERE state = 'queued';
CREATE INDEX ON work (run_at) WHERE state IN ('queued', 'running');

CREATE TABLE conversations (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    installation_id bigint NOT NULL REFERENCES installations ON DELETE CASCADE,
    repository_id   bigint NOT NULL REFERENCES repositories ON DELETE CASCADE,
    user_id         bigint REFERENCES users ON DELETE SET NULL,
    thread          text,                         -- of GitHub: '<number>' or '<number>/<review thread>'
    created_at      timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX ON conversations (repository_id, thread) WHERE thread IS NOT NULL;

CREATE TABLE answers (
    id                uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    installation_id   bigint NOT NULL REFERENCES installations ON DELETE CASCADE,
    repository_id     bigint NOT NULL REFERENCES repositories ON DELETE CASCADE,
    conversation_id   uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
    door              text NOT NULL CHECK (door IN ('terminal', 'browser', 'github', 'api')),
    target            jsonb NOT NULL DEFAULT '{}',  -- where on GitHub to reply
    question          text NOT NULL,
    ref               text NOT NULL DEFAULT '',     -- '' is the default branch
    state             text NOT NULL DEFAULT 'pending'
                      CHECK (state IN ('pending', 'done', 'failed')),
    snapshot_id       bigint REFERENCES snapshots ON DELETE SET NULL,
    commit_sha        text NOT NULL DEFAULT '',
    text              text NOT NULL DEFAULT '',     -- Markdown with [n] for the nth citation
    refused           boolean NOT NULL DEFAULT false,
    notice            text NOT NULL DEFAULT '',     -- why it is extractive, or what was cut short
    model             text NOT NULL DEFAULT '',     -- '' is none
    policy_version    text NOT NULL DEFAULT '',
    propensity        real NOT NULL DEFAULT 1,
    prompt_hash       text NOT NULL DEFAULT '',
    prompt_tokens     int NOT NULL DEFAULT 0,
    completion_tokens int NOT NULL DEFAULT 0,
    cost_usd          real NOT NULL DEFAULT 0,
    checks_passed     int NOT NULL DEFAULT 0,
    checks_failed     int NOT NULL DEFAULT 0,
    seconds           real NOT NULL DEFAULT 0,
    stale             text NOT NULL DEFAULT '',     -- what changed under it since
    created_at        timestamptz NOT NULL DEFAULT now(),
    finished_at       timestamptz
);
CREATE INDEX ON answers (conversation_id, created_at);
CREATE INDEX ON answers (repository_id, created_at);

CREATE TABLE citations (
    answer_id       uuid NOT NULL REFERENCES answers ON DELETE CASCADE,
    ordinal         int NOT NULL,                 -- the n of [n], from 1
    installation_id bigint NOT NULL REFERENCES installations ON DELETE CASCADE,
    path            text NOT NULL,
    start_line      int NOT NULL,
    end_line        int NOT NULL,
    commit_sha      text NOT NULL,
    blob_id         bigint REFERENCES blobs,      -- keeps the text while the answer lives
    text_hash       text NOT NULL,                -- SHA-256 of the cited lines
    url             text NOT NULL,
    PRIMARY KEY (answer_id, ordinal)
);
CREATE INDEX ON citations (blob_id);

CREATE TABLE retrieval_logs (
    answer_id       uuid NOT NULL REFERENCES answers ON DELETE CASCADE,
    rank            int NOT NULL,
    installation_id bigint NOT NULL REFERENCES installations ON DELETE CASCADE,
    path            text NOT NULL,
    start_line      int NOT NULL,
    end_line        int NOT NULL,
    symbol          text NOT NULL,
    score           real NOT NULL,
    features        jsonb NOT NULL,
    PRIMARY KEY (answer_id, rank)
);

CREATE TABLE feedback (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    installation_id   bigint NOT NULL REFERENCES installations ON DELETE CASCADE,
    answer_id         uuid NOT NULL REFERENCES answers ON DELETE CASCADE,
    actor             text NOT NULL,              -- 'local', or a login
    vote              int NOT NULL CHECK (vote IN (-1, 0, 1)),
    note              text NOT NULL DEFAULT '',
    correct_citations jsonb NOT NULL DEFAULT '[]',
    created_at        timestamptz NOT NULL DEFAULT now(),
    UNIQUE (answer_id, actor)
);

CREATE TABLE intents (                            -- what Ponder means to write on GitHub
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    installation_id bigint NOT NULL REFERENCES installations ON DELETE CASCADE,
    repository_id   bigint NOT NULL REFERENCES repositories ON DELETE CASCADE,
    key             text NOT NULL UNIQUE,         -- idempotency: one row, one effect
    kind            text NOT NULL CHECK (kind IN ('reaction', 'comment')),
    target          jsonb NOT NULL,
    body            text NOT NULL,
    state           text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'failed')),
    tried_at        timestamptz,                  -- from then on GitHub may have it already
    github_id       bigint,
    error           text,
    created_at      timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE policies (                           -- versioned parameters, with their score
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind       text NOT NULL,
    version    text NOT NULL,
    parameters jsonb NOT NULL,
    score      real,
    active     boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (kind, version)
);

CREATE TABLE model_endpoints (                    -- what probing an endpoint found
    base_url     text NOT NULL,
    model        text NOT NULL,
    capabilities jsonb NOT NULL,
    probed_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (base_url, model)
);

CREATE TABLE switches (                           -- 'kill' stops everything while it is on
    name text PRIMARY KEY,
    "on" boolean NOT NULL,
    "by" text NOT NULL,
    at   timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE audit_log (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    installation_id bigint,
    actor           text NOT NULL,
    action          text NOT NULL,
    subject         text NOT NULL,
    at              timestamptz NOT NULL DEFAULT now()
);

DO $$
DECLARE
    tenant_table text;
BEGIN
    FOREACH tenant_table IN ARRAY ARRAY[
        'repositories', 'snapshots', 'blobs', 'files', 'chunks', 'symbols', 'symbol_references',
        'embedding_models', 'embedding_terms', 'embeddings', 'file_history', 'work',
        'conversations', 'answers', 'citations', 'retrieval_logs', 'feedback', 'intents'
    ] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
        EXECUTE format(
            'CREATE POLICY tenant ON %I USING (ponder_may_see(installation_id))', tenant_table);
    END LOOP;
END
$$;
ALTER TABLE installations ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON installations USING (ponder_may_see(id));
ALTER TABLE repository_links ENABLE ROW LEVEL SECURITY;
CREATE POLICY system ON repository_links
    USING (current_setting('ponder.installation', true) = 'system');
ALTER TABLE deliveries ENABLE ROW LEVEL SECURITY;
CREATE POLICY system ON deliveries
    USING (current_setting('ponder.installation', true) = 'system');
ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON audit_log
    USING (current_setting('ponder.installation', true) IN ('system', installation_id::text));

GRANT USAGE ON SCHEMA public TO ponder_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ponder_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ponder_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ponder_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO ponder_app;
