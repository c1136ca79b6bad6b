-- What intake remembers: which repository a delivery is about, so that its text goes when the
-- repository does; and which repositories were taken away, so that what arrives late about one of
-- them does not bring it back.

ALTER TABLE deliveries ADD COLUMN github_id bigint;   -- the repository's, as GitHub numbers it
CREATE INDEX deliveries_of_repository ON deliveries (installation_id, github_id);

CREATE TABLE removed_repositories (
    installation_id bigint NOT NULL REFERENCES installations ON DELETE CASCADE,
    github_id       bigint NOT NULL,
    removed_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (installation_id, github_id)
);
CREATE INDEX ON removed_repositories (removed_at);

ALTER TABLE removed_repositories ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON removed_repositories USING (ponder_may_see(installation_id));

ALTER TABLE repositories ADD COLUMN archived boolean NOT NULL DEFAULT false;  -- read, and no more

-- A repository goes with all that hangs on it in one statement: what of it refers to what is looked
-- at when all of it is gone, and not in the middle.
ALTER TABLE citations ALTER CONSTRAINT citations_blob_id_fkey DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE files ALTER CONSTRAINT files_blob_id_fkey DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE snapshots ALTER CONSTRAINT snapshots_base_id_fkey DEFERRABLE INITIALLY DEFERRED;
