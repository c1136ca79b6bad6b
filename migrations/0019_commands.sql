-- What people and repositories tell Ponder to do: pausing, pull requests to leave alone, the file
-- .github/ponder.yml of the default branch; and the App that was made from our own page.

ALTER TABLE repositories ADD COLUMN paused_by text NOT NULL DEFAULT '';  -- a login; '': it is not

CREATE TABLE ignored_pulls (                      -- somebody said `ignore` there
    repository_id   bigint NOT NULL REFERENCES repositories ON DELETE CASCADE,
    installation_id bigint NOT NULL REFERENCES installations ON DELETE CASCADE,
    number          int NOT NULL,
    "by"            text NOT NULL,
    at              timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (repository_id, number)
);

-- The commands of a comment, each of which is heard once.
CREATE INDEX work_orders ON work (((subject->>'repository_id')::bigint)) WHERE kind = 'command';

CREATE TABLE repository_configs (                 -- .github/ponder.yml, as the default branch has it
    repository_id   bigint PRIMARY KEY REFERENCES repositories ON DELETE CASCADE,
    installation_id bigint NOT NULL REFERENCES installations ON DELETE CASCADE,
    commit_sha      text NOT NULL,
    content         bytea NOT NULL                -- '': there is no such file
);

DO $$
DECLARE
    tenant_table text;
BEGIN
    FOREACH tenant_table IN ARRAY ARRAY['ignored_pulls', 'repository_configs'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
        EXECUTE format(
            'CREATE POLICY tenant ON %I USING (ponder_may_see(installation_id))', tenant_table);
    END LOOP;
END
$$;

-- Those that were there before know Ponder already.
ALTER TABLE installations ADD COLUMN welcomed boolean NOT NULL DEFAULT false;
UPDATE installations SET welcomed = true;

CREATE TABLE github_apps (                        -- made on our page /setup/github; one, or none
    single          boolean PRIMARY KEY DEFAULT true CHECK (single),
    app_id          text NOT NULL,
    slug            text NOT NULL,
    client_id       text NOT NULL,
    sealed          bytea NOT NULL,               -- private key, webhook and client secret
    made_by         text NOT NULL DEFAULT '',
    created_at      timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE github_apps ENABLE ROW LEVEL SECURITY;
CREATE POLICY system ON github_apps USING (ponder_may_see(NULL));
