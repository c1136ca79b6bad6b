-- Chunks, packed: a row a blob. A row for each chunk took half of the source's size, and most of the time that
-- writing and reading an index takes. The table chunks is written no longer; it stays so that the version before
-- this one works, and its rows go with their blobs, which are parsed again.

CREATE TABLE blob_chunks (
    blob_id         bigint PRIMARY KEY REFERENCES blobs ON DELETE CASCADE,
    installation_id bigint NOT NULL,
    chunks          int NOT NULL,                 -- how many
    packed          bytea NOT NULL                -- core/db/chunk_columns.py
);
-- It is deflated already.
ALTER TABLE blob_chunks ALTER COLUMN packed SET STORAGE EXTERNAL;

ALTER TABLE blob_chunks ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON blob_chunks USING (ponder_may_see(installation_id));

-- What was indexed before has no such rows: it is indexed anew, and questions wait for that.
UPDATE repositories SET snapshot_id = NULL;

-- A blob's text is deflated, too.
ALTER TABLE blobs ALTER COLUMN text SET STORAGE EXTERNAL;
