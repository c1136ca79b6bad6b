-- Who commanded, wrote or changed what. The application adds lines and reads them: no bug of its own
-- changes or removes one. What was done stays on record when a repository is gone, and so no line
-- holds a text. The table of the first version was never written to.

DROP TABLE audit_log;
CREATE TABLE audit_log (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at              timestamptz NOT NULL DEFAULT now(),
    installation_id bigint NOT NULL,    -- 0: of this machine
    repository_id   bigint,             -- NULL: of all of it
    actor           text NOT NULL,      -- a login, 'local' for who runs the machine, or 'ponder'
    act             text NOT NULL CHECK (act IN ('command', 'written', 'setting', 'switch')),
    what            text NOT NULL,
    detail          jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX ON audit_log (repository_id, id);
CREATE INDEX ON audit_log (installation_id, id);
CREATE INDEX ON audit_log (at);

ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON audit_log USING (ponder_may_see(installation_id));

-- Neither when it happened nor in which order is the application's to say.
REVOKE ALL ON audit_log FROM ponder_app;
GRANT SELECT ON audit_log TO ponder_app;
GRANT INSERT (installation_id, repository_id, actor, act, what, detail) ON audit_log TO ponder_app;

-- What is older than 400 days goes, as the owner's act: how long is not an argument.
CREATE FUNCTION ponder_forget_audit() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    WITH gone AS (
        DELETE FROM public.audit_log WHERE at < now() - interval '400 days' RETURNING 1
    )
    SELECT count(*) FROM gone
$$;
REVOKE ALL ON FUNCTION ponder_forget_audit() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ponder_forget_audit() TO ponder_app;
