-- The symbol graph, one row a blob: a row for each reference, with its indexes, weighs more than the source.
-- symbol_references is written no longer. It stays, so that the version before this one works.
CREATE TABLE symbol_links (
    blob_id         bigint PRIMARY KEY REFERENCES blobs ON DELETE CASCADE,
    installation_id bigint NOT NULL,
    defined         bytea NOT NULL,               -- hashes of the names it defines
    used            bytea NOT NULL,               -- and of those it uses: workers/index/packed.py
    links           bytea NOT NULL
);

CREATE TABLE facts (                              -- what was found out about a scope of a snapshot
    snapshot_id     bigint NOT NULL REFERENCES snapshots ON DELETE CASCADE,
    scope           text NOT NULL,                -- '' the repository; a folder; a path; path#symbol
    ordinal         int NOT NULL,
    installation_id bigint NOT NULL,
    kind            text NOT NULL,                -- language, size, entry_point, defines, calls, …
    subject         text NOT NULL,                -- the name that it is about
    text            text NOT NULL,                -- one sentence
    score           real NOT NULL,                -- the most important first
    citations       jsonb NOT NULL,               -- [{path, start_line, end_line}], at the commit
    PRIMARY KEY (snapshot_id, scope, ordinal)
);

DO $$
DECLARE
    tenant_table text;
BEGIN
    FOREACH tenant_table IN ARRAY ARRAY['symbol_links', 'facts'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
        EXECUTE format(
            'CREATE POLICY tenant ON %I USING (ponder_may_see(installation_id))', tenant_table);
    END LOOP;
END
$$;
