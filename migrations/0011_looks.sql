-- What Thoughts looked at whole: the same content of a path is not looked at again.

CREATE TABLE looks (
    installation_id bigint NOT NULL REFERENCES installations ON DELETE CASCADE,
    repository_id   bigint NOT NULL REFERENCES repositories ON DELETE CASCADE,
    thought         text NOT NULL,
    path            text NOT NULL,
    content         text NOT NULL,                -- digest of all that decides what comes out
    looked_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (repository_id, thought, path)
);

ALTER TABLE looks ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON looks USING (ponder_may_see(installation_id));
